package dev.latentstream.ingest.fetch;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import okhttp3.Dns;

/** Resolves a name once per connection and returns only addresses that may be connected to. */
final class CheckedDns implements Dns {
    private final Dns resolver;
    private final AddressRules rules;

    CheckedDns(Dns resolver, AddressRules rules) {
        this.resolver = resolver;
        this.rules = rules;
    }

    @Override
    public List<InetAddress> lookup(String host) throws UnknownHostException {
        List<InetAddress> all = resolver.lookup(host);
        List<InetAddress> allowed = all.stream().filter(rules::allows).toList();
        if (allowed.isEmpty() && !all.isEmpty()) {
            throw new ForbiddenAddressException(all.get(0).getHostAddress());
        }
        return allowed;
    }
}
