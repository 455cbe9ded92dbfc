package dev.latentstream.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** The TLS context for connections to a registry, from {@code schema.registry.ssl.*}. */
final class RegistryTls {
    private static final String PREFIX = "schema.registry.ssl.";
    private static final String TRUST_STORE = PREFIX + "truststore.";
    private static final String KEY_STORE = PREFIX + "keystore.";
    private static final String KEY_PASSWORD = PREFIX + "key.password";

    private RegistryTls() {}

    /** Returns the context; empty if the settings name neither store, so that Java's defaults apply. */
    static Optional<SSLContext> context(RegistryProperties properties) {
        Optional<Path> trust = properties.text(TRUST_STORE + "location").map(Path::of);
        Optional<Path> keys = properties.text(KEY_STORE + "location").map(Path::of);
        if (trust.isEmpty() && keys.isEmpty()) {
            return Optional.empty();
        }
        KeyManager @Nullable [] keyManagers = keys.isPresent() ? keyManagers(keys.get(), properties) : null;
        TrustManager @Nullable [] trustManagers = trust.isPresent() ? trustManagers(trust.get(), properties) : null;
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keyManagers, trustManagers, null);
            return Optional.of(context);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java runtime has no TLS", e);
        }
    }

    private static TrustManager[] trustManagers(Path file, RegistryProperties properties) {
        KeyStore store = load(file, TRUST_STORE, properties);
        try {
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            return factory.getTrustManagers();
        } catch (GeneralSecurityException e) {
            throw unusable(TRUST_STORE, file, e);
        }
    }

    private static KeyManager[] keyManagers(Path file, RegistryProperties properties) {
        KeyStore store = load(file, KEY_STORE, properties);
        Optional<String> password = properties.text(KEY_PASSWORD).or(() -> properties.text(KEY_STORE + "password"));
        try {
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, characters(password));
            return factory.getKeyManagers();
        } catch (GeneralSecurityException e) {
            throw unusable(KEY_STORE, file, e);
        }
    }

    private static KeyStore load(Path file, String names, RegistryProperties properties) {
        String type =
                properties.text(names + "type").orElse("JKS"); // Kafka's default; Java also reads PKCS12 with this type
        try (InputStream in = Files.newInputStream(file)) {
            KeyStore store = KeyStore.getInstance(type);
            store.load(in, characters(properties.text(names + "password")));
            return store;
        } catch (IOException | GeneralSecurityException e) {
            throw unusable(names, file, e);
        }
    }

    private static char @Nullable [] characters(Optional<String> password) {
        return password.map(String::toCharArray).orElse(null);
    }

    private static ConfigException unusable(String names, Path file, Exception cause) {
        ConfigException failure = new ConfigException("%slocation is %s: %s".formatted(names, file, reason(cause)));
        failure.initCause(cause);
        return failure;
    }

    /** Describes a failure; the message of the JDK's exceptions of files is only the path. */
    private static String reason(Exception cause) {
        if (cause instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (cause instanceof AccessDeniedException) {
            return "access is denied";
        }
        return cause.getMessage() == null ? "it cannot be read" : cause.getMessage();
    }
}
