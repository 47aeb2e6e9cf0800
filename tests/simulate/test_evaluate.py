"""One scenario of a sweep by the whole prediction: the same answer as alone, in threads and after travelling."""

import pickle
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from tests.internet.drawing import links, locations, peers, sells
from tests.simulate.drawing import MORE_SPECIFIC, OSLO, PREFIX, SEOUL, design, site, transit

from catchment.internet.assemble import assemble
from catchment.internet.synthetic import synthesize
from catchment.model.address import Asn
from catchment.simulate.announce import announce, disturb, with_hijackers
from catchment.simulate.evaluate import FullAnswer
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.situation import Options, Simulator, vrps_of

INTERNET = assemble(
    links(*peers(64496, 64497), *sells(64496, 64498), *sells(64497, 64498, 64499)),
    None,
    locations([(64496, *SEOUL), (64497, *OSLO), (64498, *OSLO)]),
    (),
)
DESIGN = design(site("seoul", transit(64496), at=SEOUL), site("oslo", transit(64497), at=OSLO))
HIJACKS = (Hijack(asn=Asn(64499), prefix=MORE_SPECIFIC),)
OPTIONS = Options(validating=frozenset({64496}))
SCENARIOS = [
    Scenario(hijacks=HIJACKS),
    Scenario(down=(("seoul", None),), hijacks=HIJACKS),
    Scenario(down=(("seoul", None), ("oslo", None)), hijacks=HIJACKS),
    Scenario(prepend=(("oslo", None, 2),), hijacks=HIJACKS),
]
PLAIN = announce(DESIGN, PREFIX, INTERNET.graph)


def answering() -> FullAnswer:
    announcement = with_hijackers(PLAIN, HIJACKS, INTERNET.graph)
    vrps = vrps_of(DESIGN, OPTIONS)
    return FullAnswer(internet=INTERNET, announcement=announcement, hijacks=HIJACKS, vrps=vrps, options=OPTIONS)


def length(scenario: Scenario) -> np.ndarray:
    return with_hijackers(disturb(PLAIN, scenario), HIJACKS, INTERNET.graph).starts.length


def alone(scenario: Scenario) -> list[int]:
    simulator = Simulator(INTERNET)
    return simulator.targets(simulator(DESIGN, PREFIX, scenario, OPTIONS)).tolist()


def test_a_scenario_of_a_sweep_is_the_scenario_alone() -> None:
    answer = answering()
    answers = [answer(length(scenario)).tolist() for scenario in SCENARIOS]
    assert answers == [alone(scenario) for scenario in SCENARIOS]
    assert len({tuple(one) for one in answers}) == 3  # two sites down and one leave the same to the hijacker


def test_threads_do_not_write_into_each_others_rooms() -> None:
    """Large enough that a thread is at work while the next one begins."""
    made = synthesize(3000, 1)
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    carriers = [transit(int(asn)) for asn in internet.graph.asn[:8]]
    many = design(*(site(f"s{i}", one) for i, one in enumerate(carriers)))
    announcement = announce(many, PREFIX, internet.graph)
    answer = FullAnswer(internet=internet, announcement=announcement, hijacks=(), vrps=(), options=Options())
    lengths = [disturb(announcement, Scenario(down=((f"s{i}", None),))).starts.length for i in range(8)]
    alone = [answer(length) for length in lengths]
    with ThreadPoolExecutor(4) as threads:
        found = list(threads.map(answer, lengths * 40))
    assert all(np.array_equal(one, two) for one, two in zip(found, alone * 40, strict=True))


def test_it_travels_without_its_rooms() -> None:
    answer = answering()
    before = answer(length(SCENARIOS[1])).tolist()
    again = pickle.loads(pickle.dumps(answer))
    assert again(length(SCENARIOS[1])).tolist() == before
