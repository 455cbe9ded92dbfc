package dev.latentstream.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RequestTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'' | the request's body is not a JSON object",
                "[] | the request's body is not a JSON object",
                "{\"schema\": \"x | the request's body is not JSON at line 1, column 14",
                "{\"schema\" | the request's body is not JSON at line 1, column 10",
                "{\"a\": 1} x | the request's body is not JSON at line 1, column 10",
                "{\"a\": 1} {} | the request's body is not JSON at line 1, column 10",
                "{\"a\": 1, \"a\": 2} | the request's body is not JSON at line 1, column 13",
                "{\"a\": 01} | the request's body is not JSON at line 1, column 8",
            })
    void aBodyThatIsNotJsonIsRefusedByThePlaceOfItsFault(String body, String message) {
        RegistryError refused =
                catchThrowableOfType(RegistryError.class, () -> request(body).json());

        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo(400);
        assertThat(refused).hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | 422 | 42201 | Invalid schema: the request has no schema",
                "{\"schema\": null} | 422 | 42201 | Invalid schema: the request has no schema",
                "{\"schema\": \"\"} | 422 | 42201 | Invalid schema: the request has no schema",
                "{\"schema\": {\"type\": \"string\"}} | 400 | 400 | schema is an object, not a string with the schema's JSON",
                "{\"schema\": 7} | 400 | 400 | schema is a number, not a string with the schema's JSON",
            })
    void aSchemaThatIsNoStringIsNamed(String body, int status, int code, String message) {
        RegistryError refused =
                catchThrowableOfType(RegistryError.class, () -> request(body).schemaText());

        assertThat(refused.status()).isEqualTo(status);
        assertThat(refused.code()).isEqualTo(code);
        assertThat(refused).hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"schema\": \"{\\\"type\\\":\"} | Invalid schema: it is not JSON at line 1, column 9",
                "{\"schema\": \"bytes\"} | Invalid schema: it is not JSON at line 1, column 1",
            })
    void aSchemaThatIsNotJsonIsRefusedByThePlaceOfItsFault(String body, String message) {
        RegistryError refused = catchThrowableOfType(RegistryError.class, () -> Routes.schema(request(body)));

        assertThat(refused.code()).isEqualTo(42201);
        assertThat(refused).hasMessage(message);
    }

    @Test
    void nestingThatIsTooDeepIsNamed() {
        String deep = "[".repeat(2_000);
        RegistryError body =
                catchThrowableOfType(RegistryError.class, () -> request(deep).json());
        RegistryError schema = catchThrowableOfType(
                RegistryError.class, () -> Routes.schema(request("{\"schema\": \"" + deep + "\"}")));

        assertThat(body)
                .hasMessage(
                        "the request's body is not JSON: Document nesting depth (1001) exceeds the maximum allowed (1000)");
        assertThat(schema)
                .hasMessage(
                        "Invalid schema: it is not JSON: Document nesting depth (1001) exceeds the maximum allowed (1000)");
    }

    @Test
    void theSchemaIsTheStringOfTheBody() {
        assertThat(request("{\"schema\": \"{}\"}").schemaText()).isEqualTo("{}");
    }

    private static Request request(String body) {
        return new Request(Map.of(), Map.of(), body);
    }
}
