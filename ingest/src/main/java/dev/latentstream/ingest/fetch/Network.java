package dev.latentstream.ingest.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;

/**
 * A block of addresses: those whose first bits are a prefix.
 *
 * @param prefix the first address
 * @param bits length of the prefix
 */
record Network(InetAddress prefix, int bits) {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");

    /**
     * Parses CIDR notation, for example {@code 10.0.0.0/8} or {@code fc00::/7}.
     *
     * @throws IllegalArgumentException for anything else
     */
    static Network parse(String text) {
        String[] parts = text.split("/", -1);
        try {
            if (parts.length == 2
                    && (parts[0].contains(":") || IPV4.matcher(parts[0]).matches())) {
                InetAddress prefix = InetAddress.getByName(parts[0]); // of a literal: resolves nothing
                int bits = Integer.parseInt(parts[1]);
                if (bits >= 0 && bits <= 8 * prefix.getAddress().length) {
                    return new Network(prefix, bits);
                }
            }
        } catch (UnknownHostException | NumberFormatException malformed) {
            // falls through to the message
        }
        throw new IllegalArgumentException("allowed %s is not a network such as 10.0.0.0/8".formatted(text));
    }

    boolean contains(InetAddress address) {
        byte[] own = prefix.getAddress();
        byte[] other = address.getAddress();
        if (own.length != other.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            int mask = 0x80 >> (bit % 8);
            if ((own[bit / 8] & mask) != (other[bit / 8] & mask)) {
                return false;
            }
        }
        return true;
    }
}
