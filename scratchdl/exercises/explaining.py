"""Explain an error that stops a check: the reader's code, or what it returned."""

import ast
import builtins
import difflib
import inspect
import itertools
import linecache
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator
from numbers import Number
from types import TracebackType
from typing import Any

import numpy as np

UNKNOWN = object()
PRODUCTS = {"dot", "matmul", "inner", "vdot"}
# Functions that need one True or False, and what to use for arrays.
TESTS = {
    "max": "np.maximum",
    "min": "np.minimum",
    "sorted": "np.sort",
    "bool": "np.any",
}
RETURNS = {ast.Return, ast.Yield, ast.YieldFrom, ast.Raise}


class Place:
    """A frame of a traceback, and the expression that stopped there.

    Parameters
    ----------
    traceback : traceback
        Entry of the frame.

    Attributes
    ----------
    owner : str
        Whose code it is: "reader", "check", "framework" or "library".
    """

    def __init__(self, traceback: TracebackType) -> None:
        self.frame, self.position = traceback.tb_frame, traceback.tb_lasti // 2
        # In code from `exec`, the globals need not have a name.
        root, _, rest = self.frame.f_globals.get("__name__", "").partition(".")
        self.owner = "reader"
        if root == __name__.partition(".")[0]:
            own = rest.startswith(("exercises", "gradcheck"))
            self.owner = "check" if own else "framework"
            if self.frame.f_code.co_name == "recorded":  # It only passes a call on.
                self.owner = "library"
        elif root == "numpy" or root in sys.stdlib_module_names:
            self.owner = "library"

    def find_node(self) -> ast.AST:
        """Return the node of the expression or statement that stopped."""
        code = self.frame.f_code
        spans = itertools.islice(code.co_positions(), self.position, None)
        line, end_line, column, end_column = next(spans)
        place, found = (line, column, end_line, end_column), ast.AST()
        lines = linecache.getlines(code.co_filename)
        try:
            tree = ast.parse("".join(lines))
        except (SyntaxError, ValueError):
            return found
        names = "lineno", "col_offset", "end_lineno", "end_col_offset"
        for node in ast.walk(tree):
            if place == tuple(getattr(node, name, None) for name in names):
                found = node
        # Where an assignment stops, Python names its target.
        whole = [node for node in ast.walk(tree) if isinstance(node, ast.Assign)]
        return next((node for node in whole if found in node.targets), found)

    def value(self, node: ast.AST) -> Any:
        """Return the value of an expression in the frame, or `UNKNOWN`."""
        try:
            names = self.frame.f_globals, self.frame.f_locals
            return eval(ast.unparse(node), *names)
        except Exception:
            return UNKNOWN

    def operands(self, node: ast.AST) -> list[tuple[str, Any]]:
        """Return the source and the value of each operand of an expression."""
        parts = list(ast.iter_child_nodes(node))
        if isinstance(node, ast.Call):
            parts = [getattr(node.func, "value", node.func), *node.args]
        parts = [part for part in parts if isinstance(part, ast.expr)]
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice):
            parts = [node.value, *ast.iter_child_nodes(node.slice)]
        return [(ast.unparse(part), self.value(part)) for part in parts]


def source_tree(function: Any) -> ast.AST:
    """Return the syntax tree of a function; an empty one if its source is unknown."""
    try:
        return ast.parse(textwrap.dedent(inspect.getsource(function)))
    except (OSError, SyntaxError, TypeError):  # No source, or a part of a line.
        return ast.AST()


def sentence(text: str) -> str:
    """Return a text with a full stop, unless it has one or is a question."""
    return text if text.endswith((".", "?")) else f"{text}."


def describe(value: Any) -> str:
    """Return what an object is, for the reader, and the remedy if there is one."""
    kind = type(value).__name__
    if value is None:
        return "None: is a `return` missing?"
    if isinstance(value, type):
        return "a class, not an object: write () after its name"
    if inspect.isroutine(value):
        return "a function, not its result: write () after its name"
    if inspect.isgenerator(value) and (name := value.__name__) != "<genexpr>":
        remedy = "use `return` for the whole result"
        return f"a generator, because `{name}` contains `yield`: {remedy}"
    if isinstance(value, Iterator):
        return "a generator, which can be read only once: use list(...)"
    if isinstance(value, np.ndarray):
        return f"an array of shape {value.shape} and type {value.dtype}"
    if isinstance(value, (list, tuple, dict)):
        return f"a {kind} of length {len(value)}"
    if isinstance(value, Number):
        return f"the number {value}"
    if isinstance(value, str):
        return f"the text {value!r}, not a number"
    return f"an object of type {kind}"


def explain(error: BaseException, answer: Any, returned: list[Any], needs: str) -> str:
    """Return a sentence about the reader's code for an error that stopped a check.

    Parameters
    ----------
    error : BaseException
        Error with its traceback.
    answer : object
        Answer that was checked.
    returned : list
        What a function of the reader's returned last, if it did.
    needs : str
        What the exercise needs, as the end of a sentence, or an empty text.
    """
    needs = f" The task needs {needs}." if needs else ""
    places = list(map(Place, _entries(error.__traceback__)))
    own = [place for place in places if place.owner == "reader"]
    if isinstance(error, RecursionError):
        names = Counter(place.frame.f_code.co_name for place in own)
        calls = [f"`{name}` calls itself" for name, _ in names.most_common(1)]
        return f"{''.join(calls) or 'Your answer contains itself'} without end."
    message = f"{type(error).__name__}: {_text(error)}"
    last = [place for place in places if place.owner != "library"][-1]
    node = last.find_node()
    # Then the framework itself says what is wrong.
    told = last.owner == "framework" and isinstance(node, ast.Raise)
    if own:
        notes = getattr(error, "__notes__", [])  # A check may add what it called.
        return " ".join([_explain_line(error, own[-1], message, told), *notes])
    if told:
        return _text(error)
    if isinstance(node, ast.Call) and isinstance(error, TypeError):
        called = last.value(node.func)
        if answer is called or answer is getattr(called, "__wrapped__", called):
            return _wrong_call(answer, node)
    classes = isinstance(answer, list) and any(
        isinstance(each, type) for each in answer
    )
    if classes and isinstance(node, ast.Call):
        return sentence(f"The check calls `{ast.unparse(node)}`: {message}")
    return f"{_misfit(answer, returned, message)}{needs}"


def _explain_line(error: BaseException, place: Place, message: str, told: bool) -> str:
    """Explain an error by the reader's line in which it was raised."""
    node = place.find_node()
    node = getattr(node, "iter", getattr(node, "test", node))  # Of a loop, of an if.
    if isinstance(getattr(node, "op", None), ast.BitXor):
        return f"In `{ast.unparse(node)}`, ^ is not a power: write **."
    for find in () if told else (_name, _operand, _shape, _number_type):
        if found := find(error, place, node):
            return found
    # The source of a `raise` would only repeat the message.
    line = "" if isinstance(node, ast.Raise) else ast.unparse(node).partition("\n")[0]
    return sentence(f"{f'`{line}`' if line else 'Your code'} stops with {message}")


def _entries(entry: TracebackType | None) -> Iterator[TracebackType]:
    while entry:
        yield entry
        entry = entry.tb_next


def _text(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # The reader's class may have a broken __str__.
        return "an error that cannot be shown."


def _name(error: BaseException, place: Place, node: ast.AST) -> str:
    """Look for the name that is meant by one that does not exist."""
    line, name = ast.unparse(node), getattr(error, "name", None)
    if isinstance(error, UnboundLocalError):
        return f"`{line}` is used before it gets a value."
    if not isinstance(error, (NameError, AttributeError)) or not name:
        return ""
    names = {**vars(builtins), **place.frame.f_globals, **place.frame.f_locals}
    known: dict[str, str] = {}
    if isinstance(error, AttributeError):
        before = line.removesuffix(name) if line.endswith(f".{name}") else ""
        known = {each: f"{before}{each}" for each in dir(error.obj)}
        if isinstance(error.obj, (list, tuple, int, float)) and hasattr(
            np.array(0), name
        ):
            return f"`{line}` needs an array. Use np.array(...)."
        if error.obj is None:
            return ""
    else:
        for owner, prefix in ((np, "np."), (names.get("self"), "self.")):
            known |= {each: f"{prefix}{each}" for each in dir(owner)}
        known = {each: each for each in names} | known
    close = difflib.get_close_matches(name, known, 1, 0.7)
    remedy = "Is it spelled right, and set before?"
    if close:
        remedy = f"Did you mean `{known[close[0]]}`?"
    if line in sys.stdlib_module_names:
        remedy = f"Write `import {name}` above."
    return f"There is no `{line or name}`. {remedy}"


def _operand(error: BaseException, place: Place, node: ast.AST) -> str:
    """Look for an operand that is None, a generator, or a function not called."""
    line, operands = ast.unparse(node), place.operands(node)
    calls, zipped = isinstance(node, ast.Call), line.startswith("zip(")
    if not isinstance(error, (TypeError, AttributeError)) and not zipped:
        return ""
    for name, value in operands:
        uncalled = (inspect.ismethod if calls else inspect.isroutine)(value)
        if value is None or isinstance(value, Iterator) or uncalled:
            return f"In `{line}`, `{name}` is {sentence(describe(value))}"
    if calls or isinstance(error, AttributeError) or hasattr(error, "ufunc"):
        return ""
    value = place.value(node)
    if not operands and value is not UNKNOWN:  # A loop goes over it.
        return f"`{line}` is {describe(value)}, and a list or an array is needed."
    return _kinds(line, operands)


def _kinds(line: str, operands: list[tuple[str, Any]]) -> str:
    """Return what the operands of an expression are that is not possible."""
    known = [f"`{n}` is {describe(v)}" for n, v in operands if v is not UNKNOWN]
    return f"`{line}` is not possible: {sentence(' and '.join(known))}" if known else ""


def _shape(error: BaseException, place: Place, node: ast.AST) -> str:
    """Look for shapes that do not fit, or numbers of values or axes."""
    if not isinstance(error, ValueError):
        return ""
    line, found = ast.unparse(node), place.operands(node)
    if isinstance(error, np.exceptions.AxisError):
        here = f"`{line}` uses axis {error.axis}"
        return f"{here} of {error.ndim} dimensions: count from 0."
    target = node.targets[0] if isinstance(node, ast.Assign) else node
    if isinstance(target, ast.Tuple):
        count = f"{len(target.elts)} value{'s' * (len(target.elts) != 1)}"
        line = f"{ast.unparse(target)} = ..."
        return f"`{line}` needs {count}, not more and not fewer."
    for name, value in found:
        if isinstance(value, list) and len(set(map(np.shape, value))) > 1:
            kinds = "arrays of different shapes, which are not one array"
            return f"In `{line}`, `{name}` has {kinds}. Use a loop."
    arrays = [f"`{n}` {v.shape}" for n, v in found if isinstance(v, np.ndarray)]
    shapes = f"In `{line}` the shapes {' and '.join(arrays)} do not fit."
    function = getattr(node, "func", node)
    product = getattr(function, "attr", "") in PRODUCTS
    if product or isinstance(getattr(node, "op", None), ast.MatMult):
        question = "Is a transpose missing, or are the factors in the wrong order?"
        return f"{shapes} {question}" if len(arrays) > 1 else _kinds(line, found)
    return _truth(place, node, len(arrays)) or (shapes if len(arrays) > 1 else "")


def _truth(place: Place, node: ast.AST, arrays: int) -> str:
    """Look for an array where Python needs one True or False."""
    calls, name = isinstance(node, ast.Call), ast.unparse(getattr(node, "func", node))
    # NumPy compares arrays, and only then fails to make one True or False of them.
    whole = None if calls or isinstance(node, ast.stmt) else place.value(node)
    test = name in TESTS or isinstance(node, (ast.BoolOp, ast.UnaryOp))
    if isinstance(whole, np.ndarray) or (test and arrays):
        needs = "needs one True or False, and an array has one for each entry"
        instead = TESTS.get(name, "np.where")
        remedy = f"Use {instead}, which works entry by entry."
        asked = getattr(node, "operand", node)
        if isinstance(asked, (ast.Name, ast.Attribute)):
            remedy = "To ask whether there is an array, compare it with `is None`."
        return f"`{ast.unparse(node)}` {needs}. {remedy}"
    return ""


def _number_type(error: BaseException, place: Place, node: ast.AST) -> str:
    """Look for arrays of a type with which NumPy cannot calculate."""
    if not hasattr(error, "ufunc"):
        return ""
    line = ast.unparse(node)
    if np.dtype(getattr(error, "from_", object)).kind == "f":
        remedy = "Use .astype(float)."
        return f"`{line}` writes fractions into an array of whole numbers. {remedy}"
    return f"`{line}` calculates with something other than numbers."


def _wrong_call(answer: Any, call: ast.Call) -> str:
    """Explain why an answer cannot be called as its check calls it."""
    if not callable(answer):
        remedy = "Pass the function or class itself, without () after its name."
        return f"Your answer is {sentence(describe(answer))} {remedy}"
    name = getattr(answer, "__name__", "it")
    names = [f"`{keyword.arg}`" for keyword in call.keywords]
    passed = " and ".join(names) or f"{len(call.args)} of them"
    return f"`{name}` does not accept the arguments that the check passes: {passed}."


def _misfit(answer: Any, returned: list[Any], message: str) -> str:
    """Explain what a function returned, or which method differs from its base's."""
    if returned:
        name = getattr(answer, "__name__", "Your function")
        return f"`{name}` returned {sentence(describe(returned[0]))}"
    if not isinstance(answer, type):
        return f"Your answer is {sentence(describe(answer))}"
    for name, method in vars(answer).items():
        base = getattr(super(answer, answer), name, None)
        if inspect.isfunction(method) and inspect.isfunction(base):
            own, needed = inspect.signature(method), inspect.signature(base)
            try:
                own.bind(*needed.parameters)
            except TypeError:
                given, must = map(", ".join, (own.parameters, needed.parameters))
                return f"`{name}` takes ({given}), and must take ({must})."
            nodes = map(type, ast.walk(source_tree(method)))
            if needed.return_annotation and not RETURNS.intersection(nodes):
                return f"`{name}` returns None: is a `return` missing?"
    return sentence(f"The check cannot use `{answer.__name__}`: {message}")
