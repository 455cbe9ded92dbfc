package dev.latentstream.runtime.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretTest {
    private static final String PLANTED = "p1anted-secret";

    record Service(Secret apiKey) {
        Service() {
            this(Secret.NONE);
        }

        Service {
            if (apiKey.reveal().startsWith("short")) {
                throw new IllegalArgumentException("api-key is too short");
            }
        }
    }

    @Test
    void printsAsThreeStars() {
        assertThat(new Secret(PLANTED)).hasToString("***");
        assertThat(new Service(new Secret(PLANTED))).hasToString("Service[apiKey=***]");
    }

    @ParameterizedTest
    @ValueSource(strings = {PLANTED + "\n", PLANTED + "\r\n", " " + PLANTED + "\t", "\u2003" + PLANTED})
    void losesTheWhiteSpaceAroundIt(String given) {
        assertThat(new Secret(given)).isEqualTo(new Secret(PLANTED));
        assertThat(SettingsReader.parse("api-key: ${KEY}", Service.class, Map.of("KEY", given))
                        .apiKey()
                        .reveal())
                .isEqualTo(PLANTED);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p1anted\nsecret", "p1anted\u0000secret", "p1anted\u0085secret", "\u001bp1anted"})
    void refusesControlCharactersWithoutShowingThem(String given) {
        assertThatThrownBy(() -> SettingsReader.parse("api-key: ${KEY}", Service.class, Map.of("KEY", given)))
                .isInstanceOf(SettingsException.class)
                .hasNoCause()
                .hasMessage("api-key: the value is not one line without control characters, as a key or password is");
    }

    @Test
    void aRecordSaysWhyItRefusesASecret() {
        assertThatThrownBy(() -> SettingsReader.parse("api-key: short-p1anted", Service.class, Map.of()))
                .hasMessage("api-key is too short");
    }

    @Test
    void isHiddenInTheTextsOfOthers() {
        assertThat(new Secret(PLANTED).hiddenIn("no key " + PLANTED + PLANTED + " here"))
                .isEqualTo("no key ****** here");
        assertThat(new Secret("ab").hiddenIn("ab abc cab (ab)")).isEqualTo("*** abc cab (***)");
        assertThat(Secret.NONE.hiddenIn("all of it")).isEqualTo("all of it");
    }

    @Test
    void hidesTheUsersOfUrls() {
        assertThat(Secret.withoutUserInfo("http://me:p1anted/p@s\" s@one:80/v1"))
                .isEqualTo("http://***@one:80/v1");
        assertThat(Secret.withoutUserInfo("http://me:p1anted@one and http://two/a@b"))
                .isEqualTo("http://***@b"); // rather too much than too little
        assertThat(Secret.withoutUserInfo("a@b.org, http://host/v1")).isEqualTo("a@b.org, http://host/v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "captioning.chat.api-key",
                "apiKey",
                "bearer.auth.token",
                "basic.auth.user.info",
                "consumer.sasl.jaas.config",
                "ssl.keystore.password",
                "schema.registry.ssl.key.password",
                "ssl.keystore.key",
                "sasl.oauthbearer.client.credentials.client.secret",
                "sasl.oauthbearer.assertion.private.key.passphrase"
            })
    void isRecognisedByItsName(String setting) {
        assertThat(Secret.isNamedBy(setting)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "security.protocol",
                "ssl.keystore.location",
                "chat.sampling.max-tokens",
                "tokens-per-minute",
                "bootstrap-servers",
                "monkey.business"
            })
    void isNotSeenInEveryName(String setting) {
        assertThat(Secret.isNamedBy(setting)).isFalse();
    }
}
