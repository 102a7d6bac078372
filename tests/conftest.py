"""What the property tests share: the same examples on every machine and every run."""

from hypothesis import HealthCheck, Phase, settings

settings.register_profile(
    "book",
    derandomize=True,
    database=None,
    deadline=None,  # A slow machine is no failure.
    suppress_health_check=[HealthCheck.too_slow],
    max_examples=40,
)
# `make mutants` asks only whether a test fails, not for the shortest example.
settings.register_profile(
    "mutants", settings.get_profile("book"), phases=[Phase.explicit, Phase.generate]
)
settings.load_profile("book")

# They need a browser: `make test-browser` names them.
collect_ignore = ["site"]
