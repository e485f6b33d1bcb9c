"""A repository of infrastructure: Terraform, Ansible and workflows."""

from __future__ import annotations

from tacit.core.demo.shape import Failure, Habit, Project, Remedy, Run

_INIT = Failure(
    """\
Error: Inconsistent dependency lock file

The following dependency selections recorded in the lock file are inconsistent with the current \
configuration:
  - provider registry/hashicorp/aws: required by this configuration but no version is selected""",
    (
        Remedy(
            "terraform init -upgrade",
            (2, 5),
            (0.9, 0.97),
            says="Terraform has been successfully initialized!",
        ),
        Remedy("edit", (2, 0.5), (0.05, 0.05)),
    ),
    1.5,
)
_ARGUMENT = Failure(
    """\
Error: Unsupported argument

  on {file} line {line}, in module "{symbol}":
  {line}:   retention = {n}

An argument named "retention" is not expected here.""",
    (Remedy("edit", (2, 1.5), (0.6, 0.7)), Remedy("look", (1, 2.5), (0.75, 0.89))),
    2.0,
)
_LOCK = Failure(
    """\
Error: Error acquiring the state lock

Error message: ConditionalCheckFailedException: The conditional request failed
Lock Info:
  ID:        6f{n}c1d2
  Operation: OperationTypeApply""",
    (
        Remedy("sleep 60", (1, 3), (0.75, 0.85)),
        Remedy(
            "terraform force-unlock -force 6f11c1d2",
            (3, 0.6),
            (0.4, 0.4),
            says="Terraform state has been successfully unlocked!",
        ),
    ),
    1.2,
)
_APPLY = Failure(
    """\
Error: creating EC2 Subnet: InvalidSubnet.Conflict: The CIDR '10.0.{n}.0/24' conflicts with another \
subnet

  with module.{symbol}.aws_subnet.this,
  on {file} line {line}""",
    (Remedy("edit", works=(0.35, 0.5)), Remedy("look", works=(0.55, 0.75))),
)
_YAML = Failure(
    """\
WARNING  Listing 1 violation(s) that are fatal
name[missing]: All tasks should be named.
{file}:{line} Task/Handler: {symbol}

Failed: 1 failure(s), 0 warning(s) on {n} files.""",
    (
        Remedy("edit", (2, 2), (0.75, 0.89)),
        Remedy("ansible-lint --fix", (1, 2), (0.6, 0.65), says="Modified 1 files."),
    ),
    code=2,
)
_DENIED = Failure(
    "Error: operation error S3: HeadObject, https response error StatusCode: 403, "
    "RequestID: 4F{n}, api error Forbidden: Forbidden",
    (
        Remedy("aws sso login", (3, 3), (0.9, 0.95), says="Successfully logged into Start URL"),
        Remedy(
            "terraform init -reconfigure",
            (2, 0.5),
            (0.05, 0.05),
            refused="Error: Failed to get existing workspaces: 403 Forbidden",
        ),
    ),
    1.0,
)

HARBOR = Project(
    directory="ops/harbor-infra",
    branches=("main", "main", "net/subnets", "ansible/hardening"),
    files=(
        "modules/network/main.tf",
        "modules/network/variables.tf",
        "envs/prod/main.tf",
        "envs/stage/main.tf",
        "ansible/roles/web/tasks.yml",
        ".github/workflows/plan.yml",
    ),
    symbols=("network", "bastion", "web_pool", "log_bucket", "dns_zone", "backup_plan"),
    code=(
        'module "{symbol}" {',
        '  source = "../../modules/{symbol}"',
        '  cidr   = "10.0.{n}.0/24"',
        "  tags   = local.tags",
        "}",
        'output "{symbol}_id" {',
        "  value = module.{symbol}.id",
        "}",
    ),
    runs={
        "format": Run("terraform fmt -recursive", "{file}", (), (0.1, 0.5)),
        "validate": Run(
            "terraform validate", "Success! The configuration is valid.", (_ARGUMENT, _INIT), (0.5, 3)
        ),
        "plan": Run(
            "terraform plan -out plan.bin",
            """\
Plan: {n} to add, 1 to change, 0 to destroy.

Saved the plan to: plan.bin""",
            (_LOCK, _DENIED, _ARGUMENT),
            (8, 40),
        ),
        "apply": Run(
            "terraform apply plan.bin",
            "Apply complete! Resources: {n} added, 1 changed, 0 destroyed.",
            (_APPLY,),
            (20, 120),
        ),
        "hasty": Run(
            "terraform apply -auto-approve",
            "Apply complete! Resources: {n} added, {n} changed, {n} destroyed.",
            (_APPLY, _LOCK),
            (20, 150),
        ),
        "lint": Run(
            "ansible-lint ansible", "Passed: 0 failure(s), 0 warning(s) on {n} files.", (_YAML,), (3, 10)
        ),
        "commit": Run(
            'git commit -am "{symbol}: adjust"',
            "[main e0{n}b] {symbol}: adjust\n 1 file changed",
            (),
            (0.1, 0.5),
        ),
    },
    habits=(
        Habit(
            ("look", "edit", "run:format", "fail:validate", "run:plan", "run:apply"),
            (1.5, 4),
            (0.85, 0.96),
            0.25,
        ),
        Habit(("read", "edit", "run:hasty"), (3, 0.5), (0.22, 0.3), 0.1),
        Habit(("read", "edit", "fail:plan", "run:apply"), (2, 2), (0.75, 0.88), 0.25),
        Habit(("look", "edit", "fail:hasty"), (1.5, 0.3), (0.25, 0.3), 0.1),
        Habit(("read", "edit", "fail:lint", "run:commit"), (1, 2), (0.85, 0.95), 0.4),
        Habit(("look", "blind", "end:validate"), (1, 0.6), (0.7, 0.85)),
        Habit(("read", "edit"), (1.5, 0.6), (0.45, 0.6), 0.4),
        Habit(("read", "edit", "run:commit"), (1, 1), (0.7, 0.85), 0.6),
    ),
    tasks=(
        "Give {symbol} a subnet in the third zone",
        "Add retention of 30 days to {symbol}",
        "Fix the drift in {file}: {symbol} was changed by hand",
        "Move {symbol} from stage to prod",
        "The web role should install from the mirror, see {file}",
        "Refactor {file}: one module call for each zone",
        "Document the inputs of {symbol}",
    ),
    questions=("Which module creates {symbol}?", "Review {file} before I apply it tonight"),
    areas=("network", "backups", "web pool"),
    weight=(1.0, 1.0),
)
