package dev.latentstream.app.settings;

import dev.latentstream.app.cluster.ClusterAddress;
import dev.latentstream.app.cluster.DataOption;
import dev.latentstream.runtime.kafka.KafkaConnection;
import dev.latentstream.runtime.kafka.KafkaSettings;
import dev.latentstream.runtime.settings.HttpSettings;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which cluster a command talks to: that of a settings file, else the one that runs on the data folder. */
public final class ConnectionOptions {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the pipeline (pipeline.yaml); without it, the cluster that runs on --data is meant.")
    private @Nullable Path config;

    public KafkaConnection connection() throws IOException {
        return new KafkaConnection(kafka());
    }

    public KafkaSettings kafka() throws IOException {
        if (config != null) {
            return settings().kafka();
        }
        KafkaSettings settings = new KafkaSettings();
        return running()
                .map(address -> settings.at(address.bootstrapServers(), address.schemaRegistryUrl()))
                .orElse(settings);
    }

    /** What stages are told that run with the same options. */
    public PipelineSettings settings() throws IOException {
        return config == null ? new PipelineSettings() : PipelineSettings.read(config);
    }

    /** Where the stages' process serves its meters: as a settings file says, else that of the data folder. */
    public Optional<URI> metrics() throws IOException {
        if (config != null) {
            HttpSettings http = settings().http();
            return Optional.of(URI.create("http://%s:%d/metrics".formatted(reachable(http.host()), http.port())));
        }
        return running()
                .flatMap(address -> Optional.ofNullable(address.httpUrl()))
                .map(url -> URI.create(url + "/metrics"));
    }

    /** How a host that is listened on is asked: one that stands for all is asked here. */
    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** The cluster that runs on the data folder, where no settings file names another. */
    Optional<ClusterAddress> running() throws IOException {
        return config == null ? ClusterAddress.read(data.folder()) : Optional.empty();
    }
}
