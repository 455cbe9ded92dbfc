package dev.latentstream.app;

import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints: this build, Kafka's version and the Java that runs them. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        String own = Version.class.getPackage().getImplementationVersion();
        return new String[] {
            "latentstream " + (own == null ? "(from classes)" : own),
            "Kafka " + org.apache.kafka.common.utils.AppInfoParser.getVersion(),
            "Java " + Runtime.version()
        };
    }
}
