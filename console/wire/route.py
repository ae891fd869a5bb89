"""One routed operation of the API: the function, what its result lacks to be the answer, replay by client token."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from console import shapes
from console.wire import presenters, replay
from console.wire.codec import encoder
from messaging.caller import Caller


@dataclass(frozen=True)
class Route:
    """An operation by its function and, where the result is not the answer yet, its presenter.

    own names parameters of the function that the API does not have (pages pass them).
    """

    function: Callable[..., Any]
    present: Callable[[Caller, Any, Mapping[str, Any]], Any] = presenters.as_is
    own: tuple[str, ...] = ()

    def answer(self, caller: Caller, action: str, given: dict[str, Any]) -> dict[str, Any]:
        """The output members by API name. Raises refusals."""
        token = next((given.pop(shapes.snake(name), None) for name in shapes.tokens(action)), None)

        def call() -> dict[str, Any]:
            reply: dict[str, Any] = encoder(action)(self.present(caller, self.function(caller, **given), given))
            return reply

        return replay.once(caller, action, token, given, call) if token else call()
