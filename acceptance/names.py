# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the acceptance builds: a platform with two teams, and a person in each."""

PLATFORM = "accept"
TEAMS = {"accept-one": "ada", "accept-two": "grace"}
PEOPLE = {team: [person] for team, person in TEAMS.items()}
EXTRA_PERSON = "lin"
LAB = "lab"
JOB = f"{PLATFORM}-job"
# All roles, policies, log groups, buckets and so on have names that begin so.
PREFIXES = (f"{PLATFORM}-", "mlplatform-acceptance")
