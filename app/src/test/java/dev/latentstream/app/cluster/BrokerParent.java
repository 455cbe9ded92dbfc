package dev.latentstream.app.cluster;

import java.nio.file.Path;

/** A process that starts a broker, prints the broker's process id, and waits to be killed. */
final class BrokerParent {
    private BrokerParent() {}

    public static void main(String[] arguments) throws Exception {
        try (BrokerProcess broker =
                BrokerProcess.start(new DataFolder(Path.of(arguments[0])), Integer.parseInt(arguments[1]))) {
            System.out.println(broker.pid());
            broker.ended().join();
        }
    }
}
