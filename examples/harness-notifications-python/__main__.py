"""From the SMTP config of a Harness account to a mail for each pipeline that fails.

Type-checked against pulumi-harness 0.17 and NOT RUN: neither this program nor these resources met a live Harness here.
"""

import pulumi
import pulumi_harness as harness
from pulumi_harness.platform import PipelineCentralNotificationRuleNotificationConditionArgs as ConditionArgs
from pulumi_harness.platform import (
    PipelineCentralNotificationRuleNotificationConditionNotificationEventConfigArgs as EventArgs,
)
from pulumi_harness.platform import (
    PipelineCentralNotificationRuleNotificationConditionNotificationEventConfigNotificationEventDataArgs as DataArgs,
)

from pulumi_smtp_collab import ConnectivityTestArgs, SmtpCollaborationProvider

config = pulumi.Config()
scope = {"org": config.require("org"), "project": config.require("project")}

# 1. The account's SMTP config: tested from here, saved, tested by a delegate.
mail = SmtpCollaborationProvider(
    "harness-mail",
    display_name="Deployment notifications",
    host=config.require("smtpHost"),
    start_tls=True,
    from_address=config.require("fromAddress"),
    username=config.require("smtpUsername"),
    password=config.require_secret("smtpPassword"),
    connectivity_test=ConnectivityTestArgs(delegate_test_recipient=config.require("groupEmail")),
)

# 2. Who gets the mails: a group with an address of its own.
group = harness.platform.Usergroup(
    "release-team",
    identifier="release_team",
    name="Release team",
    org_id=scope["org"],
    project_id=scope["project"],
    notification_configs=[
        harness.platform.UsergroupNotificationConfigArgs(type="EMAIL", group_email=config.require("groupEmail"))
    ],
)

# 3. The way there, and what sets it off. Each waits for a config that works: nothing mails before it was tested.
channel = harness.platform.CentralNotificationChannel(
    "release-mail",
    identifier="release_mail",
    name="Release mail",
    notification_channel_type="EMAIL",
    status="ENABLED",
    channel=harness.platform.CentralNotificationChannelChannelArgs(
        email_ids=[config.require("groupEmail")],
        user_groups=[harness.platform.CentralNotificationChannelChannelUserGroupArgs(identifier=group.identifier)],
        execute_on_delegate=True,  # by the SMTP config above
    ),
    org=scope["org"],
    project=scope["project"],
    opts=pulumi.ResourceOptions(depends_on=[mail]),
)
rule = harness.platform.PipelineCentralNotificationRule(
    "pipeline-failed",
    identifier="pipeline_failed",
    name="Pipeline failed",
    status="ENABLED",
    notification_channel_refs=[channel.identifier],
    notification_conditions=[
        ConditionArgs(
            condition_name="any pipeline fails",
            notification_event_configs=[
                EventArgs(
                    notification_entity="PIPELINE",
                    notification_event="PIPELINE_FAILED",
                    notification_event_datas=[DataArgs(type="PIPELINE")],
                    entity_identifiers=[],  # all of the project
                )
            ],
        )
    ],
    org=scope["org"],
    project=scope["project"],
    opts=pulumi.ResourceOptions(depends_on=[channel]),
)

pulumi.export("rule", rule.identifier)
