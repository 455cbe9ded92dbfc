package dev.latentstream.app.settings;

import dev.latentstream.app.cluster.BrokerReach;
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

/** The cluster of a command: that of a settings file, else the one that runs on the data folder. */
public final class ConnectionOptions {
    @Mixin
    private DataOption data = new DataOption();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description =
                    "Settings of the pipeline (pipeline.yaml). Default: the built-in ones, with the cluster that runs on --data")
    private @Nullable Path config;

    /** Returns the cluster, of which a broker can be reached now. */
    public KafkaConnection connection() throws IOException {
        KafkaSettings settings = kafka();
        BrokerReach.require(settings.bootstrapServers());
        return new KafkaConnection(settings);
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

    /** Returns the settings of stages that run with the same options. */
    public PipelineSettings settings() throws IOException {
        return config == null ? new PipelineSettings() : PipelineSettings.read(config);
    }

    /** Returns the metrics endpoint of the stages: that of the settings file, else that of the data folder. */
    public Optional<URI> metrics() throws IOException {
        if (config != null) {
            HttpSettings http = settings().http();
            return Optional.of(URI.create("http://%s:%d/metrics".formatted(reachable(http.host()), http.port())));
        }
        return running()
                .flatMap(address -> Optional.ofNullable(address.httpUrl()))
                .map(url -> URI.create(url + "/metrics"));
    }

    /** Returns an address at which a listening host can be reached: a wildcard address is reached on this machine. */
    private static String reachable(String host) {
        if (host.equals("0.0.0.0") || host.equals("::")) {
            return "127.0.0.1";
        }
        return host.contains(":") ? "[" + host + "]" : host;
    }

    /** Returns the cluster that runs on the data folder, unless a settings file names another. */
    Optional<ClusterAddress> running() throws IOException {
        return config == null ? ClusterAddress.read(data.folder()) : Optional.empty();
    }
}
