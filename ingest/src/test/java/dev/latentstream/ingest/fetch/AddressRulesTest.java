package dev.latentstream.ingest.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AddressRulesTest {
    private final AddressRules rules = new AddressRules(List.of());

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0.0.0.0",
                "10.0.0.1",
                "100.64.0.1",
                "100.100.100.200",
                "127.0.0.1",
                "127.255.255.254",
                "168.63.129.16",
                "169.254.169.254",
                "172.16.0.1",
                "172.31.255.255",
                "192.0.0.1",
                "192.0.2.1",
                "192.168.1.1",
                "198.18.0.1",
                "198.51.100.1",
                "203.0.113.1",
                "224.0.0.1",
                "239.255.255.255",
                "240.0.0.1",
                "255.255.255.255",
                "::",
                "::1",
                "::ffff:10.0.0.1",
                "::7f00:1",
                "64:ff9b::a00:1",
                "64:ff9b::7f00:1",
                "64:ff9b:1::1",
                "100::1",
                "2001::1",
                "2001:db8::1",
                "2002:a00:1::1",
                "2002:7f00:1::1",
                "3fff::1",
                "fc00::1",
                "fd00:ec2::254",
                "fe80::1",
                "fec0::1",
                "ff02::1"
            })
    void specialAddressesAreNotAllowed(String address) throws Exception {
        assertThat(rules.allows(InetAddress.getByName(address))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "1.1.1.1",
                "8.8.8.8",
                "100.63.255.255",
                "100.128.0.1",
                "172.15.0.1",
                "172.32.0.1",
                "192.167.1.1",
                "223.255.255.255",
                "2606:4700:4700::1111",
                "2a00:1450:4001::1",
                "64:ff9b::101:101",
                "2002:101:101::1",
                "::ffff:8.8.8.8"
            })
    void publicAddressesAreAllowed(String address) throws Exception {
        assertThat(rules.allows(InetAddress.getByName(address))).isTrue();
    }

    @Test
    void aNetworkCanBeAllowed() throws Exception {
        AddressRules more = new AddressRules(List.of("10.1.0.0/16", "fd00::/8"));

        assertThat(more.allows(InetAddress.getByName("10.1.255.255"))).isTrue();
        assertThat(more.allows(InetAddress.getByName("10.2.0.0"))).isFalse();
        assertThat(more.allows(InetAddress.getByName("fd12::1"))).isTrue();
        assertThat(more.allows(InetAddress.getByName("fc00::1"))).isFalse();
    }
}
