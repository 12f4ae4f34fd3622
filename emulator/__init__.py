# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""AWS on this machine: ministack with SageMaker Studio and stricter services, in one process on one port."""

NAME = "mlplatform-studio-emulator"
VERSION = "0.1.0"
