package dev.latentstream.app;

import picocli.CommandLine.IVersionProvider;

/** The output of {@code --version}: the versions of this build, of Kafka and of Java. */
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
