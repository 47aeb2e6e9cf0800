from catchment.agent.checks.attempt import Attempt


def test_silence_says_what_came_instead_and_a_flood_does_not_fill_the_memory():
    attempt = Attempt(0.8)
    assert attempt.silence() == "no answer within 0.8 s"
    for number in range(100):
        attempt.ignore(f"packet {number}")
    assert attempt.silence() == "no answer within 0.8 s; what came: packet 0, packet 1, packet 2"
