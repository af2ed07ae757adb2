"""The rules of RunFerry: model, finish rules, order of writes, use cases.

Imports nothing but the standard library; touches files, network and clock only through `core.ports`.
"""
