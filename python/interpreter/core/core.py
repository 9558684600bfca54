"""OpenInterpreter: one conversation with a model whose code runs on this machine."""

from __future__ import annotations

from ..errors import InterpreterError
from .computer.computer import Computer
from .core_settings import LOOP_BREAKERS
from .engine import Engine
from .llm.llm import Llm
from .messages import checked, checked_list
from .settable import Settable
from .turn import Turn
from .turns import Turns

class OpenInterpreter(Settable):
    """A conversation, its kernels and its settings; independent of every other one, usable from any thread.

    Attributes may be given to the constructor or assigned between turns. An unknown name is an AttributeError with the
    nearest one, a wrong type a TypeError.

    messages: the conversation, a plain list of dicts with role, type, format, content, recipient; edit it between turns as you like
    auto_run: code runs without asking. Else each piece of code is a question: see `on_approval`
    on_approval: called with the code message (and `hints`, `dangers`, `findings`, `warning`, `folder`); gives True (run it), False (the
        model is told no) or a str (run that instead). It may call approve(), deny(reason), edit(code) instead. In achat() it may be async
    on_input: called with a prompt and whether it is secret when running code waits for the keyboard; gives the line, or None (end of file)
    on_message: called with every finished message, in the thread that takes the chunks
    before_cell: called with language and code before each cell runs; a str that it gives runs instead; what it raises ends the turn
    tools: functions that cells may call as computer.NAME(...); see tool()
    offline: nothing is contacted but the chosen model's own endpoint
    safe_mode: "off", "ask" or "auto": code is scanned before it runs; safe_level: "warning" or "danger"
    max_output: in bytes, of a cell's output that goes to the model; loop: the model goes on until it says one of `loop_breakers`
    system_message, custom_instructions: what the model is told first, and what is added to it
    user_message_template: how your last message is sent, "{content}" stands for it; always_apply_user_message_template: the others too
    code_output_template, empty_code_output_template, code_output_sender ("user", "assistant"): how a model without tools is told of output
    folder: where code starts; None: the current folder
    sandbox ("none", "workspace", "read-only"), network ("on", "off"), max_memory (MiB), max_processes, cell_timeout (seconds, 0: never),
        python (program): what code may use; see the manual's pages on settings and sandbox
    conversation_history: the conversation is kept among the person's conversations (interpreter --conversations)
    responding: a turn is running (read only)
    """

    _owner = "interpreter"

    messages: list
    offline: bool = False
    auto_run: bool = False
    verbose: bool = False
    debug: bool = False
    max_output: int = 2800
    safe_mode: str = "off"
    safe_level: str | None = None
    shrink_images: bool = True
    loop: bool = False
    loop_message: str | None = None
    loop_breakers: list
    disable_telemetry: bool = True
    in_terminal_interface: bool = False
    conversation_history: bool = True
    os: bool = False
    speak_messages: bool = False
    custom_instructions: str = ""
    user_message_template: str = "{content}"
    always_apply_user_message_template: bool = False
    code_output_template: str | None = None
    empty_code_output_template: str | None = None
    code_output_sender: str = "user"
    sync_computer: bool = False
    import_computer_api: bool = False
    skills_path: str | None = None
    import_skills: bool = False
    multi_line: bool = True
    contribute_conversation: bool = False
    plain_text_display: bool = False
    highlight_active_line: bool = True
    on_approval: callable | None = None
    on_input: callable | None = None
    on_message: callable | None = None
    before_cell: callable | None = None
    tools: list
    folder: str | None = None
    sandbox: str | None = None
    network: str | bool | None = None
    max_memory: int | None = None
    max_processes: int | None = None
    cell_timeout: float | None = None
    python: str | None = None
    keep_variables: bool | None = None
    last_messages_count: int = 0

    # Names of older versions and of the original's manual.
    _ALIASES = {"force_task_completion": "loop", "force_task_completion_message": "loop_message",
                "force_task_completion_breakers": "loop_breakers", "debug_mode": "debug", "anonymized_telemetry": "anonymous_telemetry"}
    _LLM_NAMES = ("model", "temperature", "max_tokens", "context_window", "max_budget", "api_base", "api_key", "api_version")

    def __init__(self, messages: list | None = None, llm: Llm | None = None, computer: Computer | None = None, **settings):
        keep = object.__setattr__
        keep(self, "_is_responding", False)
        keep(self, "_thread", None)
        keep(self, "_question", None)
        keep(self, "_system_message", None)
        keep(self, "llm", llm or Llm())
        keep(self.llm, "_interpreter", self)
        keep(self, "computer", computer or Computer(self))
        keep(self.computer, "_interpreter", self)
        keep(self, "_engine", Engine(self))
        keep(self, "loop_breakers", list(LOOP_BREAKERS))
        keep(self, "tools", [])
        keep(self, "messages", [] if messages is None else checked_list(messages))
        self._renew_turns()
        for name, value in settings.items():
            setattr(self, name, value)

    # --- talking

    def chat(self, message=None, display: bool = True, stream: bool = False, blocking: bool = True):
        """Says something to the model and lets it answer and run code until it has no more to run.

        message: a str; a dict (one message); a list (replaces the conversation, its last message is answered); None: hands the
            terminal to the person until they leave
        display: shows the turn: on a terminal as the program does, in a notebook as cells do, else as plain text on stdout
        stream: gives a generator of chunks; leaving its loop stops the model and the code at once
        blocking: False: goes on in a thread of its own; collect the messages with wait()

        Gives the messages that were added after the user's. Raises InterpreterError when the model fails, what callbacks of yours
        raised, TypeError and ValueError for a malformed message.
        """
        message = self._checked_words(message, display)
        if stream:
            return self._streaming_chat(message, display)
        if not blocking:
            self._start_thread(message, display)
            return None
        for _ in self._shown_chat(message, display):
            pass
        return self.messages[self.last_messages_count:]

    async def achat(self, message, display: bool = False):
        """chat(stream=True) for asyncio: `async for chunk in interpreter.achat("...")`. No thread waits for it; turns of one interpreter
        follow each other."""
        turn = Turn(self, self._checked_words(message, True) if message is not None else None)
        chunks = turn.chunks_async()
        if display:
            from ..display import viewer

            view = viewer(self)
        try:
            async for chunk in chunks:
                if display:
                    view.show(chunk)
                yield chunk
        finally:
            await chunks.aclose()

    def wait(self):
        """The messages that the turn of chat(blocking=False) has added; waits for its end and raises what it raised."""
        thread = self._thread
        if thread is not None:
            thread.join()
            object.__setattr__(self, "_thread", None)
            if thread.error is not None:
                raise thread.error
        return self.messages[self.last_messages_count:]

    def stop(self):
        """Stops the turn that runs, its model and its code; from any thread. The conversation and the kernels stay."""
        session = self._engine.session
        if session is not None:
            try:
                session.interrupt()
            except InterpreterError:  # it was closed in the meantime
                pass

    def reset(self):
        """Stops the turn, forgets the conversation and ends the kernels. Settings stay."""
        self._engine.close()
        self.messages = []
        self.last_messages_count = 0

    def terminate(self):
        """Ends the kernels and the session; what comes next starts anew, with the same conversation."""
        self._engine.close()

    # --- questions

    def approve(self):
        """Yes to the code of the last confirmation chunk (while its stream is in progress, or in on_approval)."""
        self._answer(("run", None, ""))

    def deny(self, reason: str = ""):
        """No to it; the model is told, with the reason, and goes on."""
        self._answer(("refuse", None, str(reason)))

    def edit(self, code: str):
        """This code runs instead; it replaces the model's in the conversation."""
        if not isinstance(code, str):
            raise TypeError(f"edit() takes the new code as a str, not {type(code).__name__}")
        self._answer(("run", code, ""))

    def tool(self, function):
        """A decorator: cells may call the function as computer.NAME(...), and the model is told of it. Arguments come by name, the
        result goes back as JSON. What it raises ends the turn and reaches the caller of chat()."""
        from .tools import Tool

        Tool(function).schema()
        self.tools.append(function)
        return function

    # --- what it is told, what it costs

    @property
    def system_message(self) -> str:
        """What the model is told first: the built-in text until it is assigned. The facts of the machine, the languages and
        custom_instructions are added to it."""
        if self._system_message is None:
            from .engine import core

            return core().default_system_message()
        return self._system_message

    @system_message.setter
    def system_message(self, text):
        if not isinstance(text, str):
            raise TypeError(f"interpreter.system_message takes str, not {type(text).__name__}")
        object.__setattr__(self, "_system_message", text)

    @property
    def responding(self) -> bool:
        return self._is_responding

    @property
    def anonymous_telemetry(self) -> bool:
        """False: there is no telemetry."""
        return False

    @property
    def usage(self) -> dict:
        """What the conversation has cost so far: input_tokens, output_tokens, cached_tokens, cache_write_tokens, cost (dollars),
        unpriced_requests. Only while no turn runs."""
        return self._engine.ready().usage()

    def count_tokens(self, text: str = "") -> int:
        """How many tokens the next request would have with `text` at its end."""
        session = self._engine.ready()
        if not self._is_responding:
            self._engine.send_messages([*self.messages, {"role": "user", "type": "message", "content": text}])
        return session.count_tokens(text)

    def display_message(self, markdown: str):
        """Shows a line of Markdown as display=True would."""
        from ..display import viewer

        viewer(self).show_note(markdown)

    def get_oi_dir(self) -> str:
        """The folder of the program's own settings."""
        import os

        return os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "open-interpreter")

    # --- within

    def __getattr__(self, name):
        if name in OpenInterpreter._ALIASES:
            return getattr(self, self._ALIASES[name])
        if name in OpenInterpreter._LLM_NAMES:
            return getattr(self.llm, name)
        return super().__getattr__(name)

    def __setattr__(self, name, value):
        if name in self._LLM_NAMES:
            setattr(self.llm, name, value)
            return
        name = self._ALIASES.get(name, name)
        if name == "messages":
            value = checked_list(value)
        elif name in ("llm", "computer"):
            wanted = Llm if name == "llm" else Computer
            if not isinstance(value, wanted):
                raise TypeError(f"interpreter.{name} takes a {wanted.__name__}, not {type(value).__name__}")
            object.__setattr__(value, "_interpreter", self)
            object.__setattr__(self, name, value)
            return
        elif name in _NO_EFFECT and value not in _NO_EFFECT[name]:
            import warnings

            warnings.warn(f"interpreter.{name} = {value!r} has no effect here", stacklevel=2)
        super().__setattr__(name, value)

    def _names(self):
        return [*super()._names(), *self._ALIASES, *self._LLM_NAMES, "llm", "computer"]

    def _renew_turns(self):
        object.__setattr__(self, "_turns", Turns())
        object.__setattr__(self, "_is_responding", False)

    def _shape(self) -> tuple:
        """What a session is made of and cannot change afterwards."""
        return (self.folder, self.conversation_history, self.llm.completions is not None, self.before_cell is not None,
                tuple(self.computer.terminal._added()), tuple(self.tools))

    def _tool_rows(self):
        from .tools import Tool

        return [Tool(function) for function in self.tools]

    def _checked_words(self, message, display):
        if message is None:
            if not display:
                raise ValueError("chat() without a message is a conversation on a terminal and needs display=True; else give a message")
            return None
        if isinstance(message, str):
            return {"role": "user", "type": "message", "content": message}
        if isinstance(message, list):
            if not message:
                raise ValueError("chat([]) has nothing to answer: the list needs a message")
            return checked_list(message, "message")
        if isinstance(message, dict):
            return checked(message)
        raise TypeError(f"chat() takes a str, a dict or a list of dicts, not {type(message).__name__}")

    def _streaming_chat(self, message=None, display=True):
        """chat() as a generator of chunks."""
        message = self._checked_words(message, display) if not isinstance(message, (dict, list)) else message
        if message is None:
            from ..display import is_terminal

            yield from self._converse() if is_terminal() else self._converse_by_lines()
            return
        chunks = Turn(self, message).chunks()
        if display:
            from ..display import shown

            chunks = shown(self, chunks)
        yield from chunks

    def _shown_chat(self, message, display):
        """The same, on the terminal itself where there is one."""
        from ..display import is_terminal

        has_callbacks = self.on_approval or self.on_input or self.on_message
        if isinstance(message, dict) and message["type"] == "message" and display and not has_callbacks and not self.plain_text_display and is_terminal():
            return self._converse(message)
        return self._streaming_chat(message, display)

    def _respond_and_store(self):
        """Goes on with the conversation as it is: code that is its last message runs first. Gives chunks."""
        yield from Turn(self, None).chunks()

    def _converse(self, message=None):
        Turn(self, message).on_terminal()
        return ()

    def _converse_by_lines(self):
        """A conversation where there is no terminal: each line of the input is a message, until its end or %exit."""
        while True:
            try:
                line = input("> " if self._is_asked_in_a_notebook() else "").strip()
            except EOFError:
                return
            if line == "%exit":
                return
            if line == "%reset":
                self.reset()
            elif line:
                yield from self._streaming_chat({"role": "user", "type": "message", "content": line}, True)

    @staticmethod
    def _is_asked_in_a_notebook():
        from ..display import notebook

        return notebook() is not None

    def _answer(self, decision):
        question = self._question
        if question is None:
            raise RuntimeError("no code waits for approval: answer while the loop is at the confirmation chunk, or in on_approval")
        question.decision = decision

    def _start_thread(self, message, display):
        import threading

        def work():
            try:
                for _ in self._streaming_chat(message, display):
                    pass
            except BaseException as error:  # wait() raises it
                thread.error = error

        thread = threading.Thread(target=work, name="open-interpreter")
        thread.error = None
        object.__setattr__(self, "_thread", thread)
        thread.start()


# Attributes of the classic program that nothing here depends on, with the values that ask for nothing.
_NO_EFFECT = {"shrink_images": (True, False), "os": (False,), "speak_messages": (False,), "sync_computer": (False,), "import_skills": (False,),
              "skills_path": (None,), "contribute_conversation": (False,)}
