package dev.latentstream.ingest.fetch;

import java.net.Proxy;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.Dns;
import okhttp3.OkHttpClient;

/** Creates clients that connect to checked addresses alone, and leave redirects and encodings to their callers. */
final class CheckedClient {
    private static final Duration IDLE = Duration.ofSeconds(15);

    private CheckedClient() {}

    /** @param resolver what names resolve to, before the check */
    static OkHttpClient.Builder builder(FetchSettings settings, Dns resolver) {
        AddressRules addresses = new AddressRules(settings.network().allowed());
        Duration limit = settings.requests().timeLimit();
        return new OkHttpClient.Builder()
                .dns(new CheckedDns(resolver, addresses))
                .socketFactory(new CheckedSocketFactory(addresses))
                .proxy(Proxy.NO_PROXY) // a proxy would resolve names itself
                .followRedirects(false)
                .followSslRedirects(false)
                .connectTimeout(settings.requests().connectWithin())
                .readTimeout(limit)
                .writeTimeout(limit)
                .connectionPool(new ConnectionPool(settings.concurrency(), IDLE.toMillis(), TimeUnit.MILLISECONDS));
    }
}
