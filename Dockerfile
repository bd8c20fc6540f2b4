# SPDX-License-Identifier: Apache-2.0
#
# The image of the operator: the binary, the libraries that it is linked with, and the public CA certificates, on
# nothing. No shell, no package manager, no writable path, a numeric user that "runAsNonRoot" can check.
#
#   docker build -t origin-pull-operator:0.1.0 .        (or buildah, podman)
#
# Both stages are of one Debian release, so that the libraries are the ones that the binary was compiled against.

FROM debian:12 AS builder
ENV DEBIAN_FRONTEND=noninteractive
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build ccache mold ca-certificates \
      libcpprest-dev nlohmann-json3-dev libyaml-cpp-dev libssl-dev libexpected-dev \
      libcli11-dev libspdlog-dev prometheus-cpp-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
COPY CMakeLists.txt CMakePresets.json ./
COPY src src
RUN cmake --preset release -DORIGINPULL_BENCH=OFF \
 && cmake --build --preset release --target origin-pull-operator

# /image is what the image will contain. ldd prints each library with its path, and the loader by its path alone; -L
# copies what a library's symbolic link points to, under the name that the loader will ask for. getaddrinfo's plug-ins
# are inside of glibc since 2.34, it only needs to be told to use them.
RUN mkdir -p /image/usr/bin /image/etc/ssl/certs \
 && cp build/release/origin-pull-operator /image/usr/bin/ \
 && strip /image/usr/bin/origin-pull-operator \
 && ldd /image/usr/bin/origin-pull-operator > libraries \
 && ! grep 'not found' libraries \
 && sed -nE 's|^[^/]*(/[^ ]+) \(0x[0-9a-f]+\)$|\1|p' libraries | xargs -I{} cp -L --parents {} /image/ \
 && cp /etc/ssl/certs/ca-certificates.crt /image/etc/ssl/certs/ \
 && echo 'hosts: files dns' > /image/etc/nsswitch.conf \
 && echo 'operator:x:65532:65532::/:/sbin/nologin' > /image/etc/passwd \
 && echo 'operator:x:65532:' > /image/etc/group \
 && chroot /image /usr/bin/origin-pull-operator --version

FROM scratch
COPY --from=builder /image /
ENV SSL_CERT_FILE=/etc/ssl/certs/ca-certificates.crt
USER 65532:65532
EXPOSE 8080
ENTRYPOINT ["/usr/bin/origin-pull-operator"]
CMD ["run"]
