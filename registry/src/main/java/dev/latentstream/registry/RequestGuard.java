package dev.latentstream.registry;

import com.sun.net.httpserver.Headers;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Refuses requests that a web page makes a browser on this machine send. The loopback interface does not keep them out: a page
 * reaches it by its address, or by a name of the page's own site that resolves to it.
 */
final class RequestGuard {
    private static final Pattern LOOPBACK =
            Pattern.compile("(?:127\\.0\\.0\\.1|localhost|\\[::1])(?::\\d+)?", Pattern.CASE_INSENSITIVE);

    /** The types of Confluent's protocol. A page of another site may send none of them without asking first. */
    private static final Set<String> JSON_TYPES = Set.of(
            "application/vnd.schemaregistry.v1+json",
            "application/vnd.schemaregistry+json",
            "application/json",
            "application/octet-stream");

    private RequestGuard() {}

    /**
     * Requires a {@code Host} that is this machine's loopback interface, no {@code Origin} but that of the same server, and with POST
     * and PUT a type of the protocol.
     *
     * @throws RegistryError with status 403 or 415
     */
    static void check(String method, Headers headers) {
        String host = only("Host", headers);
        if (!LOOPBACK.matcher(host).matches()) {
            throw RegistryError.forbidden("Host \"%s\" is not 127.0.0.1, localhost or [::1]".formatted(host));
        }
        if (headers.containsKey("Origin")) {
            String origin = only("Origin", headers);
            if (!origin.equalsIgnoreCase("http://" + host)) {
                throw RegistryError.forbidden("Origin \"%s\" is not http://%s".formatted(origin, host));
            }
        }
        if (method.equals("POST") || method.equals("PUT")) {
            checkType(only("Content-Type", headers));
        }
    }

    private static void checkType(String type) {
        String withoutParameters = type.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
        if (!JSON_TYPES.contains(withoutParameters)) {
            throw RegistryError.unsupportedType(type, "application/vnd.schemaregistry.v1+json");
        }
    }

    /** Returns the value of a header that is given once; otherwise an empty text, which no check accepts. */
    private static String only(String name, Headers headers) {
        List<String> values = headers.getOrDefault(name, List.of());
        return values.size() == 1 ? values.get(0) : "";
    }
}
