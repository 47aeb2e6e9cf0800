"""Sixty-four scenarios side by side: the policy stage with one vector register for all of them.

A row is what one AS has in 64 scenarios ("lanes"): 64 bytes of route, then 64 bytes of target.

    route  : class << 6 | length, class 0 own, 1 customer, 2 peer, 3 provider; 255 no route
    target : carried along, never compared; 255 where there is no route

So the lesser byte is the better route, and min() is the decision. Every list of neighbours is ascending by AS number
and only a strictly better route replaces another: the first of equals stays, which is the tie-break lowest-asn.

The inner loop, for one link and 64 scenarios, is: load, compare, minimum, masked load. It comes out so because a vector
is a *value* here (a numba type that is LLVM's <64 x i8>): accumulators live in registers. Plain loops over arrays of 64
take three times as long. Without AVX-512 LLVM splits the vectors in two or four; the answer is the same.

Vector type and operations stand in this file because numba's cache watches only the file of the cached function.
Intrinsics check no bounds: a wrong row number is a crash or garbage.
"""

import numpy as np
from llvmlite import ir
from numba import njit, types
from numba.core.datamodel import models
from numba.extending import intrinsic, register_model
from numba.np import arrayobj

U = np.uint32
Q = np.uint64

LANES = 64
ROW_BYTES = 128
NONE = np.uint8(255)
LONGEST = 62
"""The longest path that a lane can hold: one more would look like no route."""

_ROW = Q(ROW_BYTES)
_TARGETS = Q(LANES)
_NOWHERE = U(0xFFFFFFFF)
_ZERO = Q(0)
_ONE = Q(1)
_ALL = Q(2**64 - 1)
_FULL = np.uint8(LONGEST)
_LENGTH = np.uint8(63)
_PEER = np.uint8(2 << 6)
_PROVIDER = np.uint8(3 << 6)
_BLOCK = 256  # rows whose targets (16 KB) stay in the first-level cache while every target is counted

_options = {"cache": True, "error_model": "numpy", "nogil": True}


# ---------------------------------------------------------------- a vector of 64 as a numba value


class _Vector(types.Type):  # type: ignore[misc]
    """64 numbers of so many bits."""

    def __init__(self, bits):
        self.bits = bits
        super().__init__(f"vector64x{bits}")


@register_model(_Vector)
class _VectorModel(models.PrimitiveModel):  # type: ignore[misc]
    def __init__(self, manager, kind):
        super().__init__(manager, kind, ir.VectorType(ir.IntType(kind.bits), LANES))


_bytes = _Vector(8)
_words = _Vector(32)
_flags = _Vector(1)


def _address(context, builder, kind, arguments, vector):
    data = arrayobj.make_array(kind)(context, builder, arguments[0]).data
    place = builder.gep(builder.bitcast(data, ir.IntType(8).as_pointer()), [arguments[1]])
    return builder.bitcast(place, context.get_data_type(vector).as_pointer())


def _loader(vector):
    @intrinsic
    def load(_, array, offset):
        """The vector at a byte offset of an array."""

        def generate(context, builder, signature, arguments):
            loaded = builder.load(_address(context, builder, signature.args[0], arguments, vector))
            loaded.align = 1  # costs nothing on aligned buffers, and 64 would fault on others
            return loaded

        return vector(array, types.uint64), generate

    return load


def _storer(vector):
    @intrinsic
    def store(_, array, offset, value):
        """Put a vector at a byte offset of an array."""

        def generate(context, builder, signature, arguments):
            place = _address(context, builder, signature.args[0], arguments, vector)
            builder.store(arguments[2], place).align = 1
            return context.get_dummy_value()

        return types.void(array, types.uint64, vector), generate

    return store


def _splatter(vector, number):
    @intrinsic
    def splat(_, value):
        """The same number in every lane."""

        def generate(context, builder, signature, arguments):
            kind = context.get_data_type(vector)
            zero = ir.Constant(ir.VectorType(ir.IntType(32), LANES), None)
            first = builder.insert_element(
                ir.Constant(kind, ir.Undefined), arguments[0], ir.Constant(ir.IntType(32), 0)
            )
            return builder.shuffle_vector(first, ir.Constant(kind, ir.Undefined), zero)

        return vector(number), generate

    return splat


def _binary(emit, answer, vector=_bytes):
    @intrinsic
    def operation(_, x, y):
        return answer(vector, vector), lambda context, builder, signature, arguments: emit(builder, *arguments)

    return operation


_load = _loader(_bytes)
_store = _storer(_bytes)
_splat = _splatter(_bytes, types.uint8)
_load_words = _loader(_words)
_store_words = _storer(_words)
_splat_words = _splatter(_words, types.uint32)
_less = _binary(lambda b, x, y: b.icmp_unsigned("<", x, y), _flags)
_equal = _binary(lambda b, x, y: b.icmp_unsigned("==", x, y), _flags)
_differ = _binary(lambda b, x, y: b.icmp_unsigned("!=", x, y), _flags)
_add = _binary(ir.IRBuilder.add, _bytes)
_and = _binary(ir.IRBuilder.and_, _bytes)
_or = _binary(ir.IRBuilder.or_, _bytes)
_xor = _binary(ir.IRBuilder.xor, _bytes)
_add_words = _binary(ir.IRBuilder.add, _words, _words)


@intrinsic
def _pick(_, flags, x, y):
    """x where the flag is set, else y."""
    return _bytes(_flags, _bytes, _bytes), lambda context, builder, signature, arguments: builder.select(*arguments)


@intrinsic
def _pick_words(_, flags, x, y):
    """x where the flag is set, else y."""
    return _words(_flags, _words, _words), lambda context, builder, signature, arguments: builder.select(*arguments)


@intrinsic
def _lanes(_, flags):
    """The flags as bits of a uint64, lane j as bit j."""
    return types.uint64(_flags), lambda context, builder, signature, arguments: builder.bitcast(
        arguments[0], ir.IntType(64)
    )


# ---------------------------------------------------------------- routes


@njit(inline="always")
def _longer(route):
    """One AS more; no route stays no route."""
    return _pick(_less(route, _splat(NONE)), _add(route, _splat(np.uint8(1))), route)


@njit(inline="always")
def _hear(rows, speakers, begin, end, route, target):
    """The best of a route and what is offered in `speakers`; (route, target)."""
    for e in range(begin, end):
        at = Q(speakers[e]) * _ROW
        offer = _load(rows, at)
        better = _less(offer, route)
        route = _pick(better, offer, route)
        target = _pick(better, _load(rows, at + _TARGETS), target)
    return route, target


@njit(inline="always")
def _hear_muted(rows, speakers, begin, end, mute, route, target, muted):
    """As _hear, and which lanes must not be exported (255, else 0); (route, target, muted)."""
    for e in range(begin, end):
        at = Q(speakers[e]) * _ROW
        offer = _load(rows, at)
        better = _less(offer, route)
        route = _pick(better, offer, route)
        target = _pick(better, _load(rows, at + _TARGETS), target)
        muted = _pick(better, _splat(mute[speakers[e]]), muted)
    return route, target, muted


@njit(inline="always")
def _hear_providers(rows, providers, begin, end):
    """The best of what providers have, as it arrives: class provider, not yet one longer; (route, target)."""
    route = _splat(NONE)
    target = _splat(NONE)
    for e in range(begin, end):
        at = Q(providers[e]) * _ROW
        offer = _or(_load(rows, at), _splat(_PROVIDER))
        better = _less(offer, route)
        route = _pick(better, offer, route)
        target = _pick(better, _load(rows, at + _TARGETS), target)
    return route, target


@njit(inline="always")
def _too_long(route):
    """Lanes whose path is as long as a lane can hold: what hears of it would overflow."""
    return _lanes(_equal(_and(route, _splat(_LENGTH)), _splat(_FULL)))


@njit(**_options)
def enter(lengths, route_class, target, shift, members, entry_row, offered, answer):
    """Write the rows of the starts.

    lengths     : uint16[s, 64]  as in simulate.starts.Starts, 0xFFFF down
    route_class : uint8[s]
    target      : uint16[s]      of which the byte at bit `shift` is carried
    members     : the starts' rows in `offered` begin there
    entry_row   : the starts' rows in `answer` begin there
    offered, answer : as in `sweep`; provider starts go to answer, as a provider would have them, the others to offered
    returns the lanes (bits) with a path too long for a lane; these answers are worthless.
    """
    over = _ZERO
    for i in range(len(lengths)):
        kind = route_class[i]
        rows = answer if kind == 3 else offered
        at = (entry_row if kind == 3 else members) + i
        byte = np.uint8((target[i] >> shift) & 0xFF)
        for lane in range(LANES):
            length = lengths[i, lane]
            route = NONE
            if length != 0xFFFF:
                if length > LONGEST:
                    over |= _ONE << Q(lane)
                elif kind == 0:
                    route = np.uint8(length)
                elif kind == 3:
                    route = np.uint8(_PROVIDER | np.uint8(length - 1))
                else:
                    route = np.uint8(_PEER | np.uint8(length))
            rows[at * ROW_BYTES + lane] = route
            rows[at * ROW_BYTES + LANES + lane] = byte
    return over


@njit(**_options)
def _up(hear_ptr, hear, own_ptr, own, mute, kept, offered):
    """Rows of the closure, customers before their providers. Returns lanes with a path too long.

    A row is needed twice: as the AS has it (`kept`, class own or customer) and as it offers it (`offered`, coded as
    class peer and one longer; none where the AS has it from a start that must not be exported).
    """
    over = _ZERO
    none = _splat(NONE)
    unmuted = _splat(np.uint8(0))
    for j in range(len(hear_ptr) - 1):
        begin, end = hear_ptr[Q(j)], hear_ptr[Q(j) + _ONE]
        route, target, muted = _hear_muted(offered, hear, begin, end, mute, none, none, unmuted)
        route = _pick(_less(route, none), _xor(route, _splat(_PROVIDER)), route)  # class 10 -> 01
        begin, end = own_ptr[Q(j)], own_ptr[Q(j) + _ONE]
        route, target, muted = _hear_muted(offered, own, begin, end, mute, route, target, muted)
        over |= _too_long(route)
        _store(kept, Q(j) * _ROW, route)
        _store(kept, Q(j) * _ROW + _TARGETS, target)
        told = _or(_add(_and(route, _splat(_LENGTH)), _splat(np.uint8(1))), _splat(_PEER))
        told = _pick(_less(route, none), _or(told, muted), none)
        _store(offered, Q(j) * _ROW, told)
        _store(offered, Q(j) * _ROW + _TARGETS, target)
    return over


@njit(**_options)
def _core(begin, end, closure_of, peer_ptr, peer, provider_ptr, provider, kept, offered, answer):
    """Rows of the core from `begin` to `end`, providers before customers: own or customer, else peer, else provider."""
    over = _ZERO
    none = _splat(NONE)
    for j in range(begin, end):
        v = Q(j)
        route = none
        target = none
        c = closure_of[v]
        if c != _NOWHERE:
            route = _load(kept, Q(c) * _ROW)
            target = _load(kept, Q(c) * _ROW + _TARGETS)
        route, target = _hear(offered, peer, peer_ptr[v], peer_ptr[v + _ONE], route, target)
        if _lanes(_less(route, _splat(_PROVIDER))) != _ALL:
            route_up, target_up = _hear_providers(answer, provider, provider_ptr[v], provider_ptr[v + _ONE])
            over |= _lanes(_equal(route_up, _splat(np.uint8(254))))
            route_up = _longer(route_up)
            better = _less(route_up, route)
            route = _pick(better, route_up, route)
            target = _pick(better, target_up, target)
        _store(answer, v * _ROW, route)
        _store(answer, v * _ROW + _TARGETS, target)
    return over


@njit(**_options)
def _odd(i, node, core, row, closure_of, peer_ptr, peer, provider_ptr, provider, mute, kept, offered, answer):
    """Row of an AS where a provider start or a start with NO_EXPORT enters, or which is closed: lists of its own.

    Its answer goes to a row of its own; to its customers it offers none where the route must not be exported.
    """
    none = _splat(NONE)
    route = none
    target = none
    muted = _splat(np.uint8(0))
    v = Q(node)
    c = closure_of[v]
    if c != _NOWHERE:
        route = _load(kept, Q(c) * _ROW)
        target = _load(kept, Q(c) * _ROW + _TARGETS)
        silent = _equal(_load(offered, Q(c) * _ROW), none)
        muted = _pick(silent, none, muted)
    begin, end = peer_ptr[Q(2 * i)], peer_ptr[Q(2 * i + 1)]
    route, target, muted = _hear_muted(offered, peer, begin, end, mute, route, target, muted)
    over = _ZERO
    for e in range(provider_ptr[Q(i)], provider_ptr[Q(i) + _ONE]):
        at = Q(provider[Q(2) * Q(e)]) * _ROW
        heard = _or(_load(answer, at), _splat(_PROVIDER))
        over |= _lanes(_equal(heard, _splat(np.uint8(254))))
        offer = _longer(heard)
        better = _less(offer, route)
        route = _pick(better, offer, route)
        target = _pick(better, _load(answer, at + _TARGETS), target)
        muted = _pick(better, _splat(np.uint8(provider[Q(2) * Q(e) + _ONE])), muted)
    _store(answer, Q(row) * _ROW, route)
    _store(answer, Q(row) * _ROW + _TARGETS, target)
    if node < core:
        _store(answer, v * _ROW, _or(route, muted))
        _store(answer, v * _ROW + _TARGETS, target)
    return over


@njit(**_options)
def _groups(core, group_ptr, group_provider, answer):
    """Rows of the provider sets of stubs."""
    over = _ZERO
    for j in range(len(group_ptr) - 1):
        route, target = _hear_providers(answer, group_provider, group_ptr[Q(j)], group_ptr[Q(j) + _ONE])
        over |= _lanes(_equal(route, _splat(np.uint8(254))))
        at = Q(core + j) * _ROW
        _store(answer, at, _longer(route))
        _store(answer, at + _TARGETS, target)
    return over


@njit(**_options)
def _special(core, groups, special, group, closure_of, peer_ptr, peer, kept, offered, answer):
    """Rows of the stubs that may differ from their group."""
    none = _splat(NONE)
    for j in range(len(special)):
        v = Q(special[j])
        route = none
        target = none
        c = closure_of[v]
        if c != _NOWHERE:
            route = _load(kept, Q(c) * _ROW)
            target = _load(kept, Q(c) * _ROW + _TARGETS)
        route, target = _hear(offered, peer, peer_ptr[v], peer_ptr[v + _ONE], route, target)
        at = (Q(core) + Q(group[v - Q(core)])) * _ROW
        offer = _load(answer, at)
        better = _less(offer, route)
        at_own = Q(core + groups + j) * _ROW
        _store(answer, at_own, _pick(better, offer, route))
        _store(answer, at_own + _TARGETS, _pick(better, _load(answer, at + _TARGETS), target))


@njit(**_options)
def sweep(
    core, provider_ptr, provider, group, group_ptr, group_provider,
    hear_ptr, hear, own_ptr, own, mute, closure_of, peer_ptr, peer, special,
    odd, odd_row, odd_peer_ptr, odd_provider_ptr, odd_provider,
    kept, offered, answer,
):  # fmt: skip
    """The rows of all ASes in 64 scenarios; `enter` has written the starts.

    core, provider_ptr, provider, group, group_ptr, group_provider : as in internet.graph.Graph
    hear_ptr, hear   : uint32[f+1], uint32[]  for each of f closure members, rows of `offered`: what its customers say
    own_ptr, own     : uint32[f+1], uint32[]  its own starts, rows of `offered`
    mute             : uint8[f+s]   255 for starts with NO_EXPORT, by row of `offered`
    closure_of       : uint32[n]    number in the closure, 0xFFFFFFFF outside
    peer_ptr, peer   : uint32[n+1], uint32[]  rows of `offered` that a node hears as peer routes
    special          : uint32[p]    the stub of each special row
    odd, odd_row     : uint32[k]    nodes with lists of their own, ascending; the row of each one's answer
    odd_peer_ptr     : uint32[2k]   begin and end in `peer`
    odd_provider_ptr : uint32[k+1]; odd_provider : uint32[2m]  (row of `answer`, 255 with NO_EXPORT) for each
    kept             : uint8[f rows]          room to work in
    offered          : uint8[f + s rows]      room to work in; starts behind the closure
    answer           : uint8[core + groups + p + k + s rows]  out; the starts at the end are input
    returns the lanes (bits) whose paths are too long for a lane; their answers are worthless.
    All lists are ascending by AS number. About 128 bytes for each link used: 0.35 ms for 77,000 ASes.
    """
    over = _up(hear_ptr, hear, own_ptr, own, mute, kept, offered)
    begin = 0
    i = 0
    while i < len(odd) and odd[i] < core:
        over |= _core(begin, odd[i], closure_of, peer_ptr, peer, provider_ptr, provider, kept, offered, answer)
        over |= _odd(
            i, odd[i], core, odd_row[i], closure_of, odd_peer_ptr, peer,
            odd_provider_ptr, odd_provider, mute, kept, offered, answer,
        )  # fmt: skip
        begin = odd[i] + 1
        i += 1
    over |= _core(begin, core, closure_of, peer_ptr, peer, provider_ptr, provider, kept, offered, answer)
    over |= _groups(core, group_ptr, group_provider, answer)
    _special(core, len(group_ptr) - 1, special, group, closure_of, peer_ptr, peer, kept, offered, answer)
    while i < len(odd):
        over |= _odd(
            i, odd[i], core, odd_row[i], closure_of, odd_peer_ptr, peer,
            odd_provider_ptr, odd_provider, mute, kept, offered, answer,
        )  # fmt: skip
        i += 1
    return over


# ---------------------------------------------------------------- what the rows weigh


@njit(**_options)
def weigh(answer, units, base, targets, sums):
    """How much weight each target has in each lane, and how much has another one than in `base`.

    answer  : as in `sweep`; the first len(units) rows count
    units   : uint32[r]  weight of each row, as whole numbers whose total is below 2^32
    base    : uint8[r]   the target of each row in the scenario to compare with, 255 none
    targets : number of targets, at most 255
    sums    : uint32[targets + 1, 64]  out; the last row is what moved
    Exact. O(r * targets): 0.04 ms a target for 47,000 rows.
    """
    for t in range(targets + 1):
        _store_words(sums, Q(t) * Q(4 * LANES), _splat_words(U(0)))
    for begin in range(0, len(units), _BLOCK):
        end = min(begin + _BLOCK, len(units))
        for t in range(targets):
            total = _load_words(sums, Q(t) * Q(4 * LANES))
            wanted = _splat(np.uint8(t))
            for r in range(begin, end):
                here = _equal(_load(answer, Q(r) * _ROW + _TARGETS), wanted)
                total = _pick_words(here, _add_words(total, _splat_words(units[Q(r)])), total)
            _store_words(sums, Q(t) * Q(4 * LANES), total)
        total = _load_words(sums, Q(targets) * Q(4 * LANES))
        for r in range(begin, end):
            here = _differ(_load(answer, Q(r) * _ROW + _TARGETS), _splat(base[Q(r)]))
            total = _pick_words(here, _add_words(total, _splat_words(units[Q(r)])), total)
        _store_words(sums, Q(targets) * Q(4 * LANES), total)
