# SPDX-License-Identifier: Apache-2.0
def rows(quick, say):
    return []
