"""The command line: parse, call one workflow, show. Nothing is computed here.

Data goes to stdout, talk to stderr. Exit codes: 0 ok, 1 error, 2 a difference or a missed threshold,
64 usage, 130 interrupted.
"""

import os
import sys


def main() -> None:
    """Run the command line and exit with its code; only our own bug shows a traceback."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """Run the command line, and return its exit code."""
    import click  # noqa: PLC0415  after nothing else is needed: --version of a broken machine still answers

    from catchment.cli.app import app  # noqa: PLC0415
    from catchment.errors import EXIT_INTERRUPTED, EXIT_OK, EXIT_USAGE, CatchmentError  # noqa: PLC0415

    try:
        if "_CATCHMENT_COMPLETE" in os.environ:
            app(arguments, prog_name="catchment")  # completes the words of a shell, and exits
        # Not app(arguments): that answers a closed pipe with exit code 1.
        with app.make_context("catchment", list(arguments)) as context:
            code = app.invoke(context)
        sys.stdout.flush()
    except CatchmentError as error:
        for problem in error.problems:
            print(problem, file=sys.stderr)
        return error.exit_code
    except click.exceptions.Exit as done:  # --help, --version
        return done.exit_code
    except (click.exceptions.Abort, KeyboardInterrupt):
        print("\ninterrupted", file=sys.stderr)  # the terminal has written ^C
        return EXIT_INTERRUPTED
    except click.ClickException as error:
        error.show()
        return EXIT_USAGE
    except (BrokenPipeError, SystemExit) as error:  # `catchment ... | head`: the reader has what it wants
        if isinstance(error, SystemExit) and not isinstance(error.__context__, BrokenPipeError):
            raise  # rich answers a closed pipe with exit code 1
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return EXIT_OK
    return code if isinstance(code, int) else EXIT_OK
