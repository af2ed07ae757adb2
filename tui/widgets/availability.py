"""Which keys work here and now: footer, help, palette and the press itself all ask the same."""

from textual.actions import parse


class Explained:
    """Mixed into screens and widgets that can tell why one of their actions would do nothing.

    A key of such an action is grey, and says why when it is pressed.
    """

    def why_not(self, action: str, parameters: tuple[object, ...]) -> str:
        """Empty for what works as things are now. Asked for every key at every change: cheap."""
        return ""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Grey, never hidden: what a key means here can be learnt at any time."""
        return None if self.why_not(action, parameters) else True


def why_not(node: object, action: str) -> str:
    """Why an action, as it is written in a binding of `node`, does nothing; empty when it works."""
    if not isinstance(node, Explained):
        return ""
    _, name, parameters = parse(action)
    return node.why_not(name, parameters)
