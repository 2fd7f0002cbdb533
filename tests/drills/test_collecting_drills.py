"""Whatever is killed, emptied or doubled: responses in equals responses counted, each once."""

import pytest
import redis

from tests.drills.installation import COUNTS, DELIVER, Installation, kill, wait_until


def all_collected(installation: Installation, respondents: int) -> bool:
    counts = installation.run(COUNTS)
    return counts["waiting"] == 0 and counts["responses"] == respondents


def check(installation: Installation, respondents: int) -> None:
    counts = installation.run(COUNTS)
    assert counts["waiting"] + counts["responses"] == respondents
    assert counts["counted"] == counts["responses"]
    assert counts["rebuild equal"]


def test_a_worker_killed_in_the_middle_of_collecting_has_done_nothing(installation):
    installation.run(DELIVER.format(seed=1, respondents=200))
    worker = installation.python(
        """
from surveys.fieldwork import collecting
change = collecting.change_tallies
def stop_before_the_commit(*arguments):
    change(*arguments)
    say(Response.objects.count())
    time.sleep(600)
collecting.change_tallies = stop_before_the_commit
collecting.collect_wave(Wave.objects.get().pk)
"""
    )
    assert worker.stdout is not None
    assert int(worker.stdout.readline()) == 200  # archived and counted, not yet committed
    kill(worker)
    assert installation.run(COUNTS)["waiting"] == 200
    check(installation, 200)
    collect = "from surveys.fieldwork.collecting import collect_wave\n"
    assert installation.run(collect + "say(collect_wave(Wave.objects.get().pk))") == 200
    check(installation, 200)


def test_two_workers_on_one_wave_count_each_answer_once(installation):
    installation.run(DELIVER.format(seed=2, respondents=3000))
    installation.settings["COLLECT_BATCH"] = "100"
    code = """
from surveys.fieldwork.collecting import collect_wave
wave = Wave.objects.get()
moved = 0
while Inbox.objects.exists():
    moved += collect_wave(wave.pk, everything=True)
say(moved)
"""
    workers = [installation.python(code) for _ in range(2)]
    moved = []
    for worker in workers:
        output, _ = worker.communicate(timeout=120)
        assert worker.returncode == 0, output
        moved.append(int(output.splitlines()[-1]))
    assert sum(moved) == 3000
    check(installation, 3000)
    assert all_collected(installation, 3000)


def test_a_celery_worker_killed_with_its_queue_is_made_good_by_the_beat(installation):
    installation.settings["COLLECT_BATCH"] = "50"
    beat, first = installation.beat(), installation.worker()
    installation.run(DELIVER.format(seed=3, respondents=600))
    wait_until(lambda: installation.run(COUNTS)["responses"] > 0)
    kill(first)
    check(installation, 600)
    installation.run(DELIVER.format(seed=4, respondents=100))
    installation.worker()
    wait_until(lambda: all_collected(installation, 700))
    check(installation, 700)
    kill(beat)


@pytest.mark.redis
def test_an_emptied_redis_loses_no_answer(installation):
    installation.settings["COLLECT_BATCH"] = "50"
    installation.beat()
    installation.worker()
    for round_number in range(4):
        installation.run(DELIVER.format(seed=10 + round_number, respondents=150))
        with redis.Redis.from_url(installation.redis_url) as server:
            server.flushdb()
    wait_until(lambda: all_collected(installation, 600))
    check(installation, 600)
