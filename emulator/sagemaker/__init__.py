# Copyright: Contributors to the mlplatform.studio project
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""Amazon SageMaker Studio's control plane, as a service of ministack.

ministack wants four functions of a service module: handle_request, get_state, load_persisted_state and reset.
One file per resource; states.py is the state machine, store.py the data, user_settings.py the rules of the settings.
"""

from __future__ import annotations

from emulator.sagemaker import states, store
from emulator.sagemaker.service import handle_request
from emulator.shared.shapes import Structure

__all__ = ["get_state", "handle_request", "load_persisted_state", "reset"]


def get_state() -> Structure:
    """The state that ``--state`` saves at a clean stop."""
    return store.snapshot()


def load_persisted_state(state: Structure) -> None:
    """Take over a saved state; what was in transition goes on."""
    store.restore(state)
    states.resume()


def reset() -> None:
    """Back to an empty account."""
    store.clear()
