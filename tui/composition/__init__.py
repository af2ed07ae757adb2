"""The composition root: settings to adapters to use cases. The only package that knows `storage`.

    session      what a command or the app holds: imports and makes the others when they are asked for
    options      what the command line says about store, rules and patience
    adapters     settings, store, databases: opened when first needed, closed at the end
    by_kind      which adapters a profile means
    trees, jobs, artifacts, links, uploads, store_care     use cases, by what they are about
    live         what goes on by itself: queue, watch, auto-upload
    app          the services of the app and of the headless watch

Imports follow use: a command loads what it needs, and the app paints its first frame before
botocore is imported.
"""
