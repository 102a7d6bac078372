"""Break each solution in one place at a time, and ask its check about the result.

A break that the check calls right shows what the check does not see. By hand, with the
labels of exercises or for all of them: `python tests/exercises/breaks.py ex-relu`
"""

import ast
import builtins
import contextlib
import difflib
import itertools
import signal
import sys
import warnings

import numpy as np
from book_exercises import EXERCISES, definition, message_for
from equivalent_breaks import EQUIVALENT

SECONDS = 3  # of computing; most checks need less than a tenth
OTHERS = """
Add Sub Mult, Sub Add Mult, Mult Div Add, Div Mult Sub, FloorDiv Div Mult, Mod FloorDiv,
Pow Mult Div, MatMult Mult Add, Lt LtE Gt, LtE Lt GtE, Gt GtE Lt, GtE Gt LtE, Is IsNot,
IsNot Is, Eq NotEq GtE LtE, NotEq Eq, In NotIn, NotIn In, And Or, Or And"""
OTHERS = {
    getattr(ast, name): [getattr(ast, other) for other in others]
    for name, *others in map(str.split, OTHERS.split(","))
}
PAIRS = """
sum mean, max min, maximum minimum, exp log, std var, zeros_like ones_like, any all,
mean median, sqrt square, negative positive, add subtract, divide multiply, tanh arctan,
abs sign, vstack hstack, logaddexp logaddexp2, id type, argmin argmax"""
PAIRS = [pair.split() for pair in PAIRS.split(",")]
ATTRIBUTES = {
    "Operation": ("input_", "output"),
    "ParamOperation": ("input_", "output", "param"),
    "Loss": ("prediction", "target"),
}
SYMMETRIC = {"maximum", "minimum", "max", "min", "logaddexp", "add", "multiply", "zip"}
GUARDS = {"strict"}  # Arguments that change no result of a program without errors.
COUNTS = 1, 2, 3, 4  # A check with inputs of one size cannot tell them from a length.
CLIPPED = ast.parse("np.clip(x, -9, 9)", mode="eval").body


class NeverEndsError(BaseException):
    """A break computes for too long. No `except Exception` may catch this."""


def _exchanged(name):
    return [b if name == a else a for a, b in PAIRS if name in (a, b)]


def _regrouped(node):
    """Yield a sum or product with its brackets moved."""
    left, op, right = node.left, node.op, node.right
    if isinstance(right, ast.BinOp) and {type(op), type(right.op)} != {type(op)}:
        yield ast.BinOp(ast.BinOp(left, op, right.left), right.op, right.right)
    # (a * b) / c is a * (b / c), and (a + b) - c is a + (b - c).
    same = {ast.Mult: (ast.Mult, ast.Div), ast.Add: (ast.Add, ast.Sub)}
    if isinstance(left, ast.BinOp) and type(op) not in same.get(type(left.op), ()):
        yield ast.BinOp(left.left, left.op, ast.BinOp(left.right, op, right))


def _without_one(items):
    return [items[:number] + items[number + 1 :] for number in range(len(items))]


def _changed_call(node):
    """Yield a call without one of its arguments, and what it is called with."""
    call, args, keywords = node.func, node.args, node.keywords
    # A call without any argument would only stop with an error.
    if len(args + keywords) > 1 or "super" in ast.unparse(call):
        yield from (ast.Call(call, rest, keywords) for rest in _without_one(args))
    for keyword, rest in zip(keywords, _without_one(keywords), strict=True):
        if keyword.arg not in GUARDS:
            yield ast.Call(call, args, rest)
    if args[1:] and ast.unparse(call).rpartition(".")[2] not in SYMMETRIC:
        yield ast.Call(call, args[::-1], keywords)
    match node:
        case ast.Call(args=[ast.BinOp(left=left, op=op, right=right) as inside, *rest]):
            inner = ast.Call(call, [left, *rest], keywords)
            yield from (inside, ast.BinOp(inner, op, right))
        case ast.Call(args=[first, *_]):
            yield first
        case ast.Call(func=ast.Attribute(value=value)):
            yield value


def _is_count(node):
    return ast.unparse(node).startswith("len(") or (
        isinstance(node, ast.Attribute) and node.attr == "size"
    )


def _changed_operation(node):
    match node:
        case ast.UnaryOp(operand=operand):
            yield operand
        case ast.BinOp(left=left, op=op, right=right):
            yield from (left, right)
            if not isinstance(op, (ast.Add, ast.Mult)):
                yield ast.BinOp(right, op, left)
            yield from (ast.BinOp(left, other(), right) for other in OTHERS[type(op)])
            yield from _regrouped(node)
        case ast.Compare(left=left, ops=[op], comparators=right):
            for other in OTHERS[type(op)]:
                yield ast.Compare(left, [other()], right)
        case ast.BoolOp(op=op, values=values):
            yield from (*values, ast.BoolOp(OTHERS[type(op)][0](), values))
        case ast.IfExp(test=test, body=body, orelse=orelse):
            yield from (body, orelse, ast.IfExp(test, orelse, body))


def _changed_name(node):
    match node:
        case ast.Attribute(value=value, attr=name, ctx=ctx):
            yield from (ast.Attribute(value, other, ctx) for other in _exchanged(name))
            if name == "T":
                yield value
        case ast.Name(id=name, ctx=ctx) if hasattr(builtins, name):
            known = [other for other in _exchanged(name) if hasattr(builtins, other)]
            yield from (ast.Name(other, ctx) for other in known)


def _changed_expression(node):
    if _is_count(node):
        yield from map(ast.Constant, COUNTS)
    match node:
        case ast.Constant(value=bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(value=int(value) | float(value)):
            yield from map(ast.Constant, (value + 1, value - 1, 2 * value, -value, 0))
        case ast.Call():
            yield from _changed_call(node)
        case ast.Attribute() | ast.Name():
            yield from _changed_name(node)
        case ast.List(elts=items) | ast.Tuple(elts=items):
            yield from (type(node)(rest, node.ctx) for rest in _without_one(items))
        case ast.Subscript(value=value, slice=ast.Constant(value=dots)) if dots is ...:
            yield value
        case ast.Slice(lower=lower, upper=upper) if lower or upper:
            yield from (ast.Slice(None, upper), ast.Slice(lower, None))
        case ast.Starred(value=value):
            yield value
        case _:
            yield from _changed_operation(node)


def _changed_statement(node):
    match node:
        case ast.Expr(value=ast.Constant(value=str())) | ast.Pass():
            return
        case ast.Return(value=value) if value:
            yield ast.Expr(value)
            if not isinstance(value, ast.Tuple):
                yield ast.Return(ast.Call(CLIPPED.func, [value, *CLIPPED.args[1:]], []))
            return
        case ast.AugAssign(target=target, op=op, value=value):
            yield ast.Assign([target], value, lineno=0)
            for other in OTHERS[type(op)]:
                yield ast.AugAssign(target, other(), value)
        case ast.If(body=body, orelse=orelse):
            for condition in (ast.Constant(True), ast.Constant(False)):
                yield ast.If(condition, body, orelse)
    yield ast.Pass()


def _in_scope(function, attributes):
    """Return what a function can use by name, and the line that gives it the name."""
    arguments = [arg.arg for arg in function.args.args if arg.arg != "self"]
    known = {name: function.lineno for name in (*arguments, *attributes)}
    nodes = list(ast.walk(function))
    loops = [node.target for node in nodes if isinstance(node, ast.comprehension)]
    inner = {id(node) for loop in loops for node in ast.walk(loop)}
    for node in nodes:
        stored = isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
        if stored and id(node) not in inner:
            known.setdefault(node.id, node.lineno)
    return known


def _names_of(tree):
    """Return, for each use of a variable or of self's attributes, the others."""
    others, bases = {}, map(ast.unparse, getattr(tree, "bases", []))
    inherited = [f"self.{name}" for base in bases for name in ATTRIBUTES.get(base, ())]
    for function in ast.walk(tree):
        if not isinstance(function, ast.FunctionDef):
            continue
        known = _in_scope(function, inherited)
        for node in ast.walk(function):
            if (
                isinstance(node, (ast.Name, ast.Attribute))
                and ast.unparse(node) in known
            ):
                here = {name for name, line in known.items() if line < node.lineno}
                others.setdefault(id(node), set()).update(here - {ast.unparse(node)})
    return others


def _places(tree):
    """Yield each node with the list or dict that holds it, and where."""
    for parent in ast.walk(tree):
        # The stub gives names and defaults.
        if isinstance(parent, ast.arguments) or vars(parent).get("arg") in GUARDS:
            continue
        for field, value in ast.iter_fields(parent):
            items = enumerate(value) if isinstance(value, list) else [(field, value)]
            holder = value if isinstance(value, list) else vars(parent)
            for key, node in items:
                if isinstance(node, (ast.expr, ast.stmt)):
                    yield node, holder, key


def _description(before, after):
    """Return the changed lines as they are now, or the first one that is gone."""
    lines = list(difflib.ndiff(before.splitlines(), after.splitlines()))
    gone, new = ([line[2:] for line in lines if line[0] == sign] for sign in "-+")
    new = [line.strip() for line in new]
    return "; ".join(new) if new != ["pass"] else f"without {gone[0].strip()}"


def breaks_of(source):
    """Return the sources with one place broken, by a description of the change."""
    tree = ast.parse(source).body[0]
    before, found, names = ast.unparse(tree), {}, _names_of(tree)
    for node, holder, key in list(_places(tree)):
        is_statement = isinstance(node, ast.stmt)
        changed = (_changed_statement if is_statement else _changed_expression)(node)
        if isinstance(getattr(node, "ctx", None), ast.Load):
            others = sorted(names.get(id(node), ()))
            changed = itertools.chain(changed, map(ast.Name, others))
        for new in changed:
            holder[key] = new
            after = ast.unparse(tree)
            if after != before:
                found.setdefault(_description(before, after), after)
        holder[key] = node
    return found


def _stop(*_):
    raise NeverEndsError


@contextlib.contextmanager
def _undisturbed():
    """Stop what never ends; leave random numbers, settings and warnings as before."""
    state, handler = np.random.get_state(), signal.signal(signal.SIGVTALRM, _stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
    try:
        with warnings.catch_warnings(), np.errstate(all="ignore"):
            warnings.simplefilter("ignore")
            yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, handler)
        np.random.set_state(state)


def message_about(label, source):
    """Return the last line that the check prints about a source."""
    try:
        with _undisturbed():
            return message_for(label, source).splitlines()[-1]
    except NeverEndsError:
        return "It never ends."
    except Exception as error:  # A class can fail while it is being defined.
        return f"{type(error).__name__}: {error}"


def listed(label):
    """Return the breaks that are listed as equivalent."""
    return EQUIVALENT.get(label, [])


def judge(label):
    """Return the breaks of an exercise's solution, and those that are called right."""
    source = definition(EXERCISES[label])
    message_for(label, source)  # It imports what takes long, without a limit of time.
    breaks = breaks_of(source)
    messages = {what: message_about(label, breaks[what]) for what in breaks}
    return messages, [what for what in messages if messages[what] == "Right."]


def is_code(label):
    """Return whether an exercise asks for a function or a class."""
    try:
        return bool(definition(EXERCISES[label]))
    except (AttributeError, StopIteration):  # It asks for a value.
        return False


LABELS = [label for label in EXERCISES if is_code(label)]

if __name__ == "__main__":
    for label in sys.argv[1:] or LABELS:
        messages, right = judge(label)
        print(f"{label}: {len(right)} of {len(messages)} are called right")
        for what in right:
            print("  equivalent:" if what in listed(label) else "  SURVIVES:", what)
        for what in set(listed(label)) - set(right):
            print("  listed, but not called right:", what)
