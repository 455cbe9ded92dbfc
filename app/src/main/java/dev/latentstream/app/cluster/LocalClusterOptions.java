package dev.latentstream.app.cluster;

import dev.latentstream.app.cli.Usage;
import dev.latentstream.registry.Administration;
import dev.latentstream.runtime.settings.Checks;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The ports of the embedded cluster, on the loopback interface, and what clients of its registry may do. */
public final class LocalClusterOptions {
    private static final int MAX_PORT = 65_535;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    @Option(
            names = "--port",
            paramLabel = "P",
            description = "Port of the Kafka broker. Default: ${DEFAULT-VALUE}",
            defaultValue = "9092")
    private int broker;

    @Option(
            names = "--registry-port",
            paramLabel = "P",
            description = "Port of the schema registry. Default: ${DEFAULT-VALUE}",
            defaultValue = "8081")
    private int registry;

    @Option(
            names = "--registry-admin",
            description =
                    "Let clients of the schema registry delete schemas and change modes. Default: they may read and register")
    private boolean admin;

    /** Chooses ports that are free now. */
    public static LocalClusterOptions free() throws IOException {
        LocalClusterOptions ports = new LocalClusterOptions();
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            ports.broker = socket.getLocalPort();
        }
        ports.registry = 0; // the registry chooses one
        return ports;
    }

    /** Checks the bounds. */
    public void check() {
        Usage.requireValid(command, () -> Checks.between("port", broker, 1, MAX_PORT));
        Usage.requireValid(command, () -> Checks.between("registry-port", registry, 0, MAX_PORT));
    }

    int registry() {
        return registry;
    }

    Administration administration() {
        return admin ? Administration.ALLOWED : Administration.REFUSED;
    }

    int broker() {
        return broker;
    }
}
