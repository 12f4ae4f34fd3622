# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The services that VPC endpoints reach: the catalogue of a region and DescribeVpcEndpointServices.

Source: AWS PrivateLink guide, "AWS services that integrate with AWS PrivateLink"; SageMaker guide for the Studio and
notebook services, whose names start with ``aws.sagemaker`` instead of ``com.amazonaws``.
"""

from __future__ import annotations

import functools
import hashlib
from dataclasses import dataclass

from ministack.core.responses import get_region

from emulator.ec2.endpoint_zones import Offer, offer_of, zone_id
from emulator.ec2.protocol import Ec2Error, install_operation, matches, page
from emulator.shared.shapes import Structure

GATEWAY_SERVICES = ("s3", "dynamodb")

# The private DNS name is the service's host name in the region, unless PRIVATE_DNS_NAMES says otherwise.
INTERFACE_SERVICES = (
    "access-analyzer", "acm", "acm-pca", "airflow.api", "airflow.env", "airflow.ops", "appconfig",
    "appconfigdata", "application-autoscaling", "applicationinsights", "appmesh", "appmesh-envoy-management",
    "appstream.streaming", "athena", "auditmanager", "autoscaling", "autoscaling-plans", "backup", "batch",
    "bedrock", "bedrock-agent", "bedrock-agent-runtime",
    "bedrock-agentcore", "bedrock-runtime", "cloudcontrolapi", "cloudformation", "cloudtrail", "codeartifact.api",
    "codeartifact.repositories", "codebuild", "codecommit", "codedeploy", "codepipeline", "cognito-identity",
    "cognito-idp", "comprehend", "config", "databrew", "datasync", "datazone", "dms", "dynamodb", "ebs", "ec2",
    "ec2messages", "ecr.api", "ecr.dkr", "ecs", "ecs-agent", "ecs-telemetry", "eks", "eks-auth", "elasticache",
    "elasticbeanstalk", "elasticfilesystem", "elasticloadbalancing", "email-smtp", "elasticmapreduce", "emr-containers",
    "emr-serverless", "events", "execute-api", "firehose", "fis", "forecast", "fsx", "git-codecommit",
    "glue", "grafana", "guardduty", "identitystore", "imagebuilder", "inspector2", "iot.data", "kafka", "kendra",
    "kinesis-firehose", "kinesis-streams", "kms", "lakeformation", "lambda", "license-manager", "logs", "macie2",
    "monitoring", "personalize", "pipes", "polly", "rds", "rds-data", "redshift", "redshift-data",
    "rekognition", "resource-groups", "s3", "s3tables", "sagemaker.api", "sagemaker.featurestore-runtime",
    "sagemaker.metrics", "sagemaker.runtime", "scheduler", "secretsmanager", "securityhub", "servicecatalog",
    "servicecatalog-appregistry", "servicediscovery", "signin", "sns", "sqs", "ssm", "ssm-contacts", "ssm-incidents",
    "ssmmessages", "states", "sts", "sync-states", "synthetics", "tagging", "textract", "timestream-influxdb",
    "transcribe", "transfer", "translate", "verifiedpermissions", "workspaces", "xray",
)  # fmt: skip

PRIVATE_DNS_NAMES = {
    "codeartifact.api": ("codeartifact.{region}.amazonaws.com",),
    "codeartifact.repositories": ("*.d.codeartifact.{region}.amazonaws.com",),
    "dynamodb": (),
    "ecr.api": ("api.ecr.{region}.amazonaws.com",),
    "ecr.dkr": ("*.dkr.ecr.{region}.amazonaws.com",),
    "execute-api": ("*.execute-api.{region}.amazonaws.com",),
    "iot.data": (),
    "kinesis-firehose": ("firehose.{region}.amazonaws.com",),
    "kinesis-streams": ("kinesis.{region}.amazonaws.com",),
    "s3": (
        "s3.{region}.amazonaws.com",
        "*.s3.{region}.amazonaws.com",
        "*.s3-accesspoint.{region}.amazonaws.com",
        "*.s3-control.{region}.amazonaws.com",
    ),
    "sagemaker.api": ("api.sagemaker.{region}.amazonaws.com",),
    "sagemaker.featurestore-runtime": ("featurestore-runtime.sagemaker.{region}.amazonaws.com",),
    "sagemaker.metrics": ("metrics.sagemaker.{region}.amazonaws.com",),
    "sagemaker.runtime": ("runtime.sagemaker.{region}.amazonaws.com",),
}

SAGEMAKER_PREFIXED = ("studio", "notebook", "experiments")


@dataclass(frozen=True)
class EndpointService:
    """A service of a region: full ``name``, ``type`` Gateway or Interface, and its private DNS names."""

    name: str
    type: str
    private_dns_names: tuple[str, ...]

    @property
    def service_id(self) -> str:
        """A stable ``vpce-svc-`` id."""
        return f"vpce-svc-{hashlib.sha256(f'{self.name} {self.type}'.encode()).hexdigest()[:17]}"

    @property
    def offer(self) -> Offer:
        """How the request's region offers it now."""
        return offer_of(self.name, get_region())


@functools.cache
def services_of(region: str) -> tuple[EndpointService, ...]:
    """Every endpoint service of AWS in a region, where that has it; s3 and dynamodb are both gateway and interface."""
    gateways = [EndpointService(f"com.amazonaws.{region}.{short}", "Gateway", ()) for short in GATEWAY_SERVICES]
    interfaces = [
        EndpointService(
            f"com.amazonaws.{region}.{short}",
            "Interface",
            tuple(
                name.format(region=region)
                for name in PRIVATE_DNS_NAMES.get(short, (f"{short}.{{region}}.amazonaws.com",))
            ),
        )
        for short in INTERFACE_SERVICES
    ]
    sagemaker = [
        EndpointService(f"aws.sagemaker.{region}.{short}", "Interface", (f"*.{short}.{region}.sagemaker.aws",))
        for short in SAGEMAKER_PREFIXED
    ]
    return tuple(sorted([*gateways, *interfaces, *sagemaker], key=lambda service: (service.name, service.type)))


def find_services(name: str) -> list[EndpointService]:
    """The services of the request's region with this full name: one, two (s3, dynamodb), or none."""
    return [service for service in services_of(get_region()) if service.name == name and service.offer.zones]


def not_found(name: str) -> Ec2Error:
    """The error for a service that does not exist (EC2 error codes: InvalidServiceName)."""
    return Ec2Error("InvalidServiceName", f"The Vpc Endpoint Service '{name}' does not exist")


def install() -> None:
    """Replace ministack's catalogue of 19 services."""
    install_operation("DescribeVpcEndpointServices", "_describe_vpc_endpoint_services", describe_services)


def _detail(service: EndpointService) -> Structure:
    region, offer = get_region(), service.offer
    short = service.name.split(".", 3)[-1]
    base = f"{short}.{region}.amazonaws.com" if service.type == "Gateway" else f"{short}.{region}.vpce.amazonaws.com"
    private = list(service.private_dns_names)
    return {
        "ServiceName": service.name,
        "ServiceId": service.service_id,
        "ServiceType": [{"ServiceType": service.type}],
        "ServiceRegion": region,
        "AvailabilityZones": list(offer.zones),
        "AvailabilityZoneIds": [zone_id(zone) for zone in offer.zones],
        "Owner": "amazon",
        "BaseEndpointDnsNames": [base],
        "PrivateDnsName": private[0] if private else None,
        "PrivateDnsNames": [{"PrivateDnsName": name} for name in private] or None,
        "PrivateDnsNameVerificationState": "verified" if private else None,
        "VpcEndpointPolicySupported": offer.takes_policy,
        "AcceptanceRequired": False,
        "ManagesVpcEndpoints": False,
        "SupportedIpAddressTypes": ["ipv4"],
        "Tags": [],
    }


def _filters(service: EndpointService) -> Structure:
    return {
        "owner": lambda: ["amazon"],
        "service-name": lambda: [service.name],
        "service-region": lambda: [get_region()],
        "service-type": lambda: [service.type],
        "supported-ip-address-types": lambda: ["ipv4"],
    }


def describe_services(request: Structure) -> Structure:
    """DescribeVpcEndpointServices; an unknown name in ServiceNames is an error (API reference)."""
    wanted = request.get("ServiceNames", [])
    for name in wanted:
        if not find_services(name):
            raise not_found(name)
    found = [
        service
        for service in services_of(get_region())
        if (not wanted or service.name in wanted)
        and service.offer.zones
        and matches(request.get("Filters", []), service.service_id, _filters(service))
    ]
    items, token = page(request, found)
    return {
        "ServiceNames": list(dict.fromkeys(service.name for service in items)),
        "ServiceDetails": [_detail(service) for service in items],
        "NextToken": token,
    }
