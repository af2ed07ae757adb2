"""The composition root: settings to adapters to use cases. The only package that knows `storage`.

    session      what a command or the app holds: the others as parts of one run
    options      what the command line says about store and rules
    pauses       how long what failed rests
    adapters     settings, store, databases: opened when first needed, closed at the end
    by_kind      which adapter a profile means
    trees, jobs, artifacts, uploads, store_care     use cases, each made when first asked for
    live         what goes on by itself: queue, watch, auto-upload

Imports follow use: a command loads what it needs, and the app paints its first frame before
botocore is imported.
"""
