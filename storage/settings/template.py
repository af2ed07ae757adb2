"""What a new settings file says: nothing yet, and how it could."""

TEMPLATE = """\
# Settings of RunFerry. What is commented out stands here with its default;
# `runferry config show` tells what counts and why, docs/configuration.md what there is besides.

# profile = "local"           # which store: "local", or one of the profiles below

# [profiles.lab]              # a bucket; credentials come from the AWS settings
# bucket = "lab-results"
# region = "eu-central-1"
# endpoint_url = "https://s3.example.org"    # servers that are not AWS
# aws_profile = "lab"

# [watch]
# kind = "fred"               # what runs are called, and all else about a simulator
# rule = "fred"               # when a run is finished
# quiet_seconds = 30          # without a change before a run counts as done
# stall_seconds = 86400       # without a change before one that is not done counts as stalled
# countdown_seconds = 10      # before an automatic upload
# upload_failed = false       # automatic uploads take failed runs along
# upload_changed = "auto"     # and runs that changed since they were stored
# sidecars = false            # store the files beside a RUN directory, too
# polling = false             # look at intervals, without the system's events

# [roots."~/sims"]            # runs of one tree are of another kind
# kind = "any"

# [transfers]
# parallel = 2                # at a time
# limit = "off"               # of all together, as in "20 MB/s"
# compression = "auto"        # or "fast", "compact"

# [appearance]                # of the app
# theme = "dark"              # or "light", "ansi-dark", "ansi-light", "high-contrast", "flexoki"
# symbols = "auto"            # by the locale; or "unicode", "ascii"
# notices = true              # the terminal says how a long transfer ended
# bell = false                # and rings

# [notify]                    # a program that is told while nobody looks
# command = ["sendmail", "ada@example.org"]    # its standard input is a letter; no shell
# events = ["done", "failed", "stalled", "upload-failed"]

# [keys]                      # of the app: docs/configuration.md lists the actions
# upload = "u"                # "^u", "f5"; several with spaces between
"""
