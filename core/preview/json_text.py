"""JSON in readable lines, without understanding it: broken JSON stays readable, numbers what they are."""

from core.ports.content import Content


def formatted(content: Content) -> Content:
    """Indented, one value a line; as far as it is read."""
    raise NotImplementedError
