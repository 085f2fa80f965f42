# SPDX-License-Identifier: Apache-2.0
# The server and its command line, for compose.yaml.
FROM debian:12-slim AS build
COPY tools/packages.txt /tmp/packages.txt
RUN apt-get update \
 && awk '$1 == "core" {print $2}' /tmp/packages.txt | xargs apt-get install -y --no-install-recommends
COPY . /source
RUN cmake -S /source -B /build -G Ninja -DLOYALTY_TESTS=OFF -DLOYALTY_BENCH=OFF -DLOYALTY_UNITY=ON \
 && cmake --build /build --target loyalty

FROM debian:12-slim
# What the program is linked with, by the names of Debian 12.
RUN apt-get update && apt-get install -y --no-install-recommends \
      libcaf-core0.17 libcaf-io0.17 librocksdb7.8 libhiredis0.14 libspdlog1.10 libfmt9 \
      libdate-tz3 libtomlplusplus3 libzstd1 liblz4-1 libxxhash0 libjemalloc2 tzdata \
 && rm -rf /var/lib/apt/lists/* && useradd --system --create-home loyalty
COPY --from=build /build/loyalty /usr/local/bin/loyalty
COPY --from=build /source/config/programs /usr/share/loyalty/programs
USER loyalty
WORKDIR /home/loyalty
ENTRYPOINT ["loyalty"]
