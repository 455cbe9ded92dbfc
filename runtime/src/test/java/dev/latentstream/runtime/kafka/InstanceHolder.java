package dev.latentstream.runtime.kafka;

import java.nio.file.Path;

/** A process that claims an instance, prints its id, and waits to be killed. */
final class InstanceHolder {
    private InstanceHolder() {}

    public static void main(String[] arguments) throws Exception {
        try (Instance instance = Instance.numbered(arguments[0], arguments[1], Path.of(arguments[2]))) {
            System.out.println(instance.id());
            System.in.read();
        }
    }
}
