"""The fixed texts on which a compiled model is compared with its original.

They are of the kinds that Tacit embeds: titles of patterns, prompts, errors, commands, file names,
what agents say; short and long, also in other languages and in odd writing.
"""

from __future__ import annotations

TITLES = """
read then edit
edit, run the tests, edit again
search for a name before opening the file
commit without running the tests
grep -rn, then sed over many files
list the folder, then read three files at once
install a missing package after an import error
write a whole file instead of a small edit
run the linter, then format
look at the log, then restart the service
ask the user before removing a branch
read the failing test before the code it tests
src/app/routes.py, tests/test_routes.py
Cargo.toml, src/lib.rs, src/main.rs
package.json, tsconfig.json, src/index.ts
docker-compose.yml, Dockerfile, .env.example
"""

PROMPTS = """
The login form accepts an empty password. Please find out why and fix it.
Add a dark theme to the settings page and remember the choice.
Why is the build so slow since last week?
Refactor the payment module so that it no longer imports the web layer.
Write tests for the date parser, especially around daylight saving time.
Upgrade React to version 19 and mend what breaks.
The upload endpoint times out for files above 20 MB.
Rename the column user_name to login everywhere, with a migration.
Make the command line print JSON when asked to.
Explain how the cache is invalidated.
Set up continuous integration with GitHub Actions for Python 3.11 and 3.13.
There is a memory leak in the websocket server, clients are never freed.
Please review this pull request for security problems.
Translate the error messages into French and German.
Port the shell script to Python without changing its options.
The tests pass on my machine but fail on the build server.
Delete the old feature flags that are always on.
Speed up the search query, it scans the whole table.
Draw a chart of the weekly sales with a moving average.
Replace the hand-written parser by a grammar.
Deploy the staging environment and tell me its address.
Can you make the tooltip follow the mouse?
Document the public functions of the geometry package.
The app crashes on start when the configuration file is missing.
Add pagination to the list of orders, 50 on a page.
Compress images before they are uploaded.
Let a customer cancel a flight booked less than 24 hours ago.
Change the delivery address of an order that was not sent yet.
Find all places where we compare floats for equality.
Bring the changelog up to date and tag version 2.4.0.
"""

ERRORS = """
ModuleNotFoundError: No module named 'requests'
ImportError: cannot import name 'Mapping' from 'collections'
TypeError: 'NoneType' object is not subscriptable
KeyError: 'user_id'
AssertionError: expected 200 but got 404
error[E0502]: cannot borrow `x` as mutable because it is also borrowed as immutable
error TS2339: Property 'length' does not exist on type 'number'.
npm ERR! ERESOLVE unable to resolve dependency tree
fatal: not a git repository (or any of the parent directories): .git
CONFLICT (content): Merge conflict in src/server.go
Permission denied (publickey).
bash: pytest: command not found
/bin/sh: 1: make: not found
Segmentation fault (core dumped)
java.lang.NullPointerException at com.example.Order.total(Order.java:42)
psycopg.OperationalError: connection to server at "localhost", port 5432 failed: Connection refused
OSError: [Errno 28] No space left on device
File has not been read yet. Read it first before writing to it.
String to replace not found in file.
The command timed out after 120 seconds.
RecursionError: maximum recursion depth exceeded in comparison
panic: runtime error: index out of range [5] with length 3
undefined reference to `pthread_create'
SyntaxError: Unexpected token '<', "<!DOCTYPE "... is not valid JSON
docker: Cannot connect to the Docker daemon at unix:///var/run/docker.sock.
413 Request Entity Too Large
SSL: CERTIFICATE_VERIFY_FAILED certificate verify failed: self-signed certificate
django.db.utils.IntegrityError: UNIQUE constraint failed: accounts_user.email
"""

COMMANDS = """
pytest -q tests/test_login.py
npm test -- --watch=false
cargo clippy --all-targets
git log --oneline -20
git push --force-with-lease
docker compose up -d
kubectl get pods -n production
pip install -e '.[dev]'
make build
ls -la src
curl -s http://localhost:8080/health
rm -rf node_modules
psql -c "select count(*) from orders"
terraform plan
go vet ./...
"""

SAID = """
All 214 tests pass now; the failing one compared dates in local time.
I could not find the function you mention, there is only one with a similar name.
The fix is small: the loop started at one and so skipped the first row.
Let me look at the configuration before I change anything.
The migration ran on the copy of the database without errors.
I have pushed the branch and opened a pull request.
It seems the user wants the old behaviour back.
Three files differ only in white space; I left them alone.
"""

ODD = """
ok
yes, do it
???
-> => :: && || != <=
aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
3f9c2b7a-88d1-4e0f-9b1c-5f6d7e8a9b0c
2026-11-03T14:05:59.123Z WARN pool exhausted, 32 of 32 in use
Bitte behebe den Fehler beim Speichern der Rechnung.
Pourquoi le serveur répond-il si lentement depuis hier ?
Añade pruebas para el módulo de pagos.
请修复登录页面的错误
テストが失敗する理由を調べてください
Почини сборку проекта после обновления зависимостей
إصلاح خطأ تسجيل الدخول
🚀 ship it 🚢
if (a[i] > max) { max = a[i]; idx = i; }
SELECT name, sum(total) FROM orders GROUP BY name HAVING sum(total) > 100;
def fib(n): return n if n < 2 else fib(n - 1) + fib(n - 2)
"""

LONG = """
We keep the sessions of our users in Redis and their profiles in Postgres. Since the last release some
people are logged out after a few minutes although the session should live for two weeks. I believe it
began with the change of the cookie settings, but the times do not fit: the first complaint came a day
earlier. Please look at the release of the third of November, at the code that renews the session, and at
the load balancer, which may send a request to a server that does not know the new secret yet.

Traceback (most recent call last): File "/srv/app/worker.py", line 88, in run job.execute() File
"/srv/app/jobs/invoice.py", line 41, in execute total = sum(line.price * line.count for line in
self.lines) File "/srv/app/models.py", line 133, in lines return self._lines[self.key] KeyError:
'INV-2041' The above exception was the direct cause of the following exception: RuntimeError: job 88121
failed after 3 attempts

Write a small program that reads a CSV file of bank transactions, groups them by month and by category,
prints a table with the sums aligned to the right, and warns about months in which more was spent than
earned. Categories come from a file of rules, one regular expression on each line. Do not use pandas.
Lines that cannot be read shall be counted and shown at the end. The dates are written day.month.year,
the amounts with a comma before the cents. There are about two million lines, so keep the memory low.

The plan: first move the shared types into a package of their own, so that client and server stop
importing each other. Then replace the callbacks by promises in the three oldest modules. After that
switch the bundler, because the new one needs ES modules everywhere. Each step is one pull request, the
tests stay green in between, and nothing visible changes for the users until the last one.

Set up a new virtual machine for the database replica with the same version as the primary, restore last
night's backup on it, let it catch up by streaming replication, watch the lag for an hour, and then point
the reports at it. If the lag grows above a minute, stop and tell me. Write down every command that you
ran, with the time it took, in docs/runbooks/replica.md.
"""


def check_texts() -> tuple[str, ...]:
    """All of them, about 120, always in the same order."""
    groups = (TITLES, PROMPTS, ERRORS, COMMANDS, SAID, ODD)
    lines = (line for group in groups for line in group.strip().splitlines())
    return (*lines, *(" ".join(text.split()) for text in LONG.strip().split("\n\n")))
