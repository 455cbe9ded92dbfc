package dev.latentstream.ingest.fetch;

import dev.latentstream.ingest.image.Refusal;
import dev.latentstream.schemas.RejectionReason;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import okhttp3.HttpUrl;
import org.jspecify.annotations.Nullable;

/** The URLs that are fetched: http and https, of hosts and ports that connections may lead to. Nothing is resolved. */
final class UrlRules {
    private static final int MAX_CHARACTERS = 8192;
    private static final Pattern SCHEME = Pattern.compile("\\s*([a-zA-Z][a-zA-Z0-9+.-]*):.*", Pattern.DOTALL);
    private static final Pattern IPV4 = Pattern.compile("(0|[1-9]\\d{0,2})(\\.(0|[1-9]\\d{0,2})){3}");

    /** A last label that browsers read as a number, so that the host is an address in decimal, octal or hexadecimal. */
    private static final Pattern NUMERIC_END = Pattern.compile("(.*\\.)?(\\d+|0[xX][0-9a-fA-F]*)\\.?");

    private final AddressRules addresses;
    private final Set<Integer> ports;

    /** A URL that may be fetched, or why it may not. */
    record Checked(@Nullable HttpUrl url, @Nullable Refusal refusal) {}

    UrlRules(NetworkSettings settings) {
        this.addresses = new AddressRules(settings.allowed());
        this.ports = Set.copyOf(settings.ports());
    }

    Checked check(String text) {
        if (text.length() > MAX_CHARACTERS) {
            return refused(
                    Refusal.above(RejectionReason.BAD_URL, "characters of the URL", text.length(), MAX_CHARACTERS));
        }
        HttpUrl url = HttpUrl.parse(text);
        return url == null ? refused(unparsed(text)) : check(url);
    }

    Checked check(HttpUrl url) {
        Optional<Refusal> refusal = refusal(url);
        return refusal.isPresent() ? refused(refusal.get()) : new Checked(url, null);
    }

    private Optional<Refusal> refusal(HttpUrl url) {
        String host = url.host();
        if (!url.username().isEmpty() || !url.password().isEmpty()) {
            return Optional.of(
                    bad("user-info", "no user-info", "the URL has a user name or password, which are not sent"));
        }
        if (!ports.contains(url.port())) {
            return Optional.of(new Refusal(
                    RejectionReason.FORBIDDEN_ADDRESS,
                    "port " + url.port(),
                    ports.toString(),
                    "port %d is not among the allowed %s".formatted(url.port(), ports)));
        }
        boolean literal = host.contains(":") || IPV4.matcher(host).matches();
        if (!literal && NUMERIC_END.matcher(host).matches()) {
            return Optional.of(
                    bad(host, "four decimal numbers", "host %s is an address in an unusual form".formatted(host)));
        }
        return literal && !allows(host) ? Optional.of(forbidden(host)) : Optional.empty();
    }

    static Refusal forbidden(String address) {
        return new Refusal(
                RejectionReason.FORBIDDEN_ADDRESS,
                address,
                "public",
                "%s is not a public address, and no allowed network has it".formatted(address));
    }

    private boolean allows(String literal) {
        try {
            return addresses.allows(InetAddress.getByName(literal));
        } catch (UnknownHostException malformed) {
            return false;
        }
    }

    private static Refusal unparsed(String text) {
        Matcher scheme = SCHEME.matcher(text);
        if (scheme.matches() && !scheme.group(1).toLowerCase(Locale.ROOT).matches("https?")) {
            return bad(
                    scheme.group(1), "http or https", "scheme %s is neither http nor https".formatted(scheme.group(1)));
        }
        return bad(text.substring(0, Math.min(100, text.length())), "a URL", "not a URL");
    }

    private static Refusal bad(String value, String bound, String detail) {
        return new Refusal(RejectionReason.BAD_URL, value, bound, detail);
    }

    private static Checked refused(Refusal refusal) {
        return new Checked(null, refusal);
    }
}
