package dev.latentstream.captioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.ChatSettings.Limits;
import dev.latentstream.captioning.ChatSettings.WhenSpent;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ChatBudgetTest {
    private final FakeTime time = new FakeTime();

    @Test
    void allowsTheConfiguredRequestsPerMinute() throws InterruptedException {
        ChatBudget budget = budget(new Limits(3, 0, 0, 0, WhenSpent.STOP));
        for (int i = 0; i < 3; i++) {
            assertThat(budget.acquire()).isTrue();
            time.pass(Duration.ofSeconds(10));
        }
        assertThat(time.slept()).isZero();
        budget.acquire();
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(30)); // until the first one is a minute old
        budget.acquire();
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(40));
    }

    @Test
    void waitsUntilTheTokensOfAMinuteLeaveRoom() throws InterruptedException {
        ChatBudget budget = budget(new Limits(0, 100, 0, 0, WhenSpent.STOP));
        budget.acquire();
        budget.spend(60);
        time.pass(Duration.ofSeconds(20));
        budget.acquire();
        budget.spend(70);
        assertThat(time.slept()).isZero();
        budget.acquire();
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(40)); // then 70 of 100 are left in the window
    }

    @Test
    void endsWithTheRunsRequestsOrTokens() throws InterruptedException {
        ChatBudget requests = budget(new Limits(0, 0, 2, 0, WhenSpent.STOP));
        assertThat(requests.acquire()).isTrue();
        assertThat(requests.acquire()).isTrue();
        assertThat(requests.acquire()).isFalse();
        ChatBudget tokens = budget(new Limits(0, 0, 0, 100, WhenSpent.STOP));
        assertThat(tokens.acquire()).isTrue();
        tokens.spend(100);
        assertThat(tokens.acquire()).isFalse();
        assertThat(tokens.tokens()).isEqualTo(100);
    }

    @Test
    void blocksAllRequestsDuringAPause() throws InterruptedException {
        ChatBudget budget = budget(new Limits());
        budget.pause(Duration.ofSeconds(7));
        budget.pause(Duration.ofSeconds(3));
        budget.acquire();
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(7));
        budget.acquire();
        assertThat(time.slept()).isEqualTo(Duration.ofSeconds(7));
    }

    private ChatBudget budget(Limits limits) {
        return new ChatBudget(limits, time::now, time::sleep);
    }
}
