#!/bin/bash
# Runs when a JupyterLab app starts: packages come from inside the VPC or not at all, so pip gives up fast.
set -eu
pip config set --user global.timeout 5
pip config set --user global.retries 1
