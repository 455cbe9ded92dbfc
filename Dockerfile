# One image for every stage: docker build -t latentstream . && docker run --rm latentstream --help
FROM maven:3.9-eclipse-temurin-17 AS build
WORKDIR /build
COPY . .
RUN --mount=type=cache,target=/build/.m2 mvn -Dmaven.repo.local=.m2 -DskipTests package

FROM eclipse-temurin:17-jre
RUN useradd --create-home --uid 10001 latentstream && mkdir /data && chown latentstream /data
COPY --from=build /build/app/target/lib /opt/latentstream/lib
COPY --from=build /build/app/target/latentstream.jar /opt/latentstream/latentstream.jar
COPY --from=build /build/pipeline.yaml /etc/latentstream/pipeline.yaml
USER latentstream
# States, checkpoints and the natives that DJL unpacks.
VOLUME /data
WORKDIR /data
ENV DJL_CACHE_DIR=/data/cache LATENTSTREAM_JAVA_OPTS=-Xmx1280m OPENCV_LOG_LEVEL=SILENT OPENBLAS_NUM_THREADS=1 LC_ALL=C.UTF-8 \
    MALLOC_MMAP_THRESHOLD_=33554432 MALLOC_TRIM_THRESHOLD_=4294967296 MALLOC_TOP_PAD_=268435456
ENTRYPOINT ["sh", "-c", "exec java $LATENTSTREAM_JAVA_OPTS -Dfile.encoding=UTF-8 -Dai.djl.offline=true -DOPT_OUT_TRACKING=true -jar /opt/latentstream/latentstream.jar \"$@\"", "latentstream"]
CMD ["--help"]
