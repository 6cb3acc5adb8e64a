"""The worker's process: it works until it is asked to end, whatever becomes of the database meanwhile."""

import asyncio
import logging
import os
import signal
import threading
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

from procrastinate import App
from procrastinate.app import WorkerOptions
from psycopg_pool import AsyncConnectionPool

from authflow.database.connecting import BoundedAsyncConnection, conninfo
from authflow.log import log_event, log_warning
from authflow.worker.failure_reason import reason_of

# Seconds.
LOOK_AGAIN = 1.0
CONNECT_PATIENCE = 3
# Jobs under way may finish for so long; after the second the process ends in any case, and another one retakes
# them. Whoever asked it to end waits for 5 s.
FINISH_PATIENCE = 4.0
END_PATIENCE = 4.5
CONNECTIONS = 4
OPTIONS = WorkerOptions(
    concurrency=4,
    fetch_job_polling_interval=1,
    update_heartbeat_interval=5,
    stalled_worker_timeout=15,
    shutdown_graceful_timeout=FINISH_PATIENCE,
    delete_jobs="successful",
    install_signal_handlers=False,
)


class Lost(Exception):
    """The worker ended unasked; its library does not say why."""


class NotMigrated(Exception):
    """The database has no queue yet."""


@dataclass
class WorkerProcess:
    """`make_app` is called for every connection: an application remembers the last one."""

    database_url: str
    # See `database.connecting.connect`.
    pooled: bool
    make_app: Callable[[], App]
    _stop: asyncio.Event = field(default_factory=asyncio.Event)
    # The end of a job could not be written down.
    _unwritten: asyncio.Event = field(default_factory=asyncio.Event)
    _is_waiting: bool = False

    def run(self) -> None:
        """Returns after a SIGTERM or Ctrl-C."""
        # It would tell every attempt to connect; what there is to say is said once, below.
        logging.getLogger("psycopg.pool").setLevel(logging.CRITICAL)
        asyncio.run(self._run())
        log_event("worker_stopped")

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._begin_to_end)
        loop.set_exception_handler(lambda _loop, _context: self._unwritten.set())
        while not self._stop.is_set():
            await self._serve_until_lost_or_asked()
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), LOOK_AGAIN)

    async def _serve_until_lost_or_asked(self) -> None:
        """Also until a job's end could not be written down: of a worker that lives on, nobody would retake it."""
        self._unwritten.clear()
        serving = asyncio.create_task(self._serve())
        ends = [asyncio.create_task(event.wait()) for event in (self._stop, self._unwritten)]
        await asyncio.wait({serving, *ends}, return_when=asyncio.FIRST_COMPLETED)
        for end in ends:
            end.cancel()
        if self._unwritten.is_set():
            log_warning("job_end_not_written", hint="the worker begins anew, so that the job is done again")
        # To the library this is the request to finish what is under way.
        serving.cancel()
        try:
            await serving
        except asyncio.CancelledError:
            return
        except Exception as error:  # noqa: BLE001, nothing ends a worker but a request
            self._note_waiting(error)

    async def _serve(self) -> None:
        async with AsyncConnectionPool(
            conninfo(self.database_url),
            connection_class=BoundedAsyncConnection,
            kwargs={"pooled": self.pooled},
            min_size=1,
            max_size=CONNECTIONS,
            timeout=CONNECT_PATIENCE,
            reconnect_timeout=CONNECT_PATIENCE,
            check=AsyncConnectionPool.check_connection,
            open=False,
        ) as pool:
            await pool.wait(CONNECT_PATIENCE)
            async with self.make_app().open_async(pool) as app:
                if not await app.check_connection_async():
                    raise NotMigrated
                log_event("worker_started", process_id=os.getpid())
                self._is_waiting = False
                # To listen is to be told on one connection, which a pooler lends to others meanwhile.
                await app.run_worker_async(**(OPTIONS | WorkerOptions(listen_notify=not self.pooled)))
        raise Lost

    def _note_waiting(self, error: Exception) -> None:
        if not self._is_waiting:
            log_warning("worker_waiting", reason=reason_of(error))
        self._is_waiting = True

    def _begin_to_end(self) -> None:
        self._stop.set()
        timer = threading.Timer(END_PATIENCE, _end_at_once)
        timer.daemon = True
        timer.start()


def _end_at_once() -> None:
    log_warning("worker_left_jobs_unfinished")
    # A thread that waits for a mail server would hold up any other way out.
    os._exit(0)
