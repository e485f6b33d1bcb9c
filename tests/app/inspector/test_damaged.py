"""A store with damaged records is shown as far as it goes, and says so."""

from __future__ import annotations

from tacit import Memory
from tacit.app.inspector.application import Inspector
from tacit.store.transaction import Write


def harm(memory: Memory) -> None:
    """Flip a bit in one of the listed patterns."""

    def job(write: Write) -> None:
        wanted = memory.patterns(limit=1)[0].id
        for key, value in list(write.kv.scan("table.patterns")):
            if wanted.encode() in value:
                write.kv.put("table.patterns", key, value[:-1] + bytes((value[-1] ^ 1,)))

    memory._store.write(job)


async def test_damaged_records_are_left_out_with_a_badge_and_one_notice(demo, see, calm) -> None:
    harm(demo)
    app = Inspector(demo)
    async with app.run_test(size=(120, 36), notifications=True) as pilot:
        await calm(pilot)
        app.look()
        await calm(pilot)
        assert " DAMAGED " in see(app)
        assert see(app).count("memory doctor") == 1
        app.look()
        await calm(pilot)
        assert len(app.telling.all) == 1


async def test_a_sound_store_has_no_such_badge(demo, see, calm) -> None:
    app = Inspector(demo)
    async with app.run_test(size=(120, 36)) as pilot:
        await calm(pilot)
        app.look()
        await calm(pilot)
        assert "DAMAGED" not in see(app)
