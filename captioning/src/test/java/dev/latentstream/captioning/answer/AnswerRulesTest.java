package dev.latentstream.captioning.answer;

import static org.assertj.core.api.Assertions.assertThat;

import dev.latentstream.captioning.answer.AnswerRules.Found;
import dev.latentstream.captioning.answer.AnswerRules.Found.Caption;
import dev.latentstream.captioning.answer.AnswerRules.Found.Nothing;
import dev.latentstream.captioning.answer.AnswerRules.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The habits of services, each as one line: what they answer, and what of it is a caption. Line breaks are written {@code ¶}. */
class AnswerRulesTest {
    private static final String BALL = "A red ball on grass.";

    @ParameterizedTest
    @ValueSource(
            strings = {
                BALL,
                "<think>The user wants a caption.¶A ball.</think>¶¶A red ball on grass.",
                "The image shows a ball, so I write:¶</think>¶A red ball on grass.",
                "<think></think>A red ball on grass.",
                "<thinking>hm</thinking><answer>A red ball on grass.</answer>",
                "◁think▷a ball◁/think▷A red ball on grass.",
                "[THINK]a ball[/THINK]A red ball on grass.",
                "<|channel|>analysis<|message|>We see a ball.<|end|><|start|>assistant<|channel|>final<|message|>A red ball on grass.<|return|>",
                "analysisWe need a caption.assistantfinalA red ball on grass.",
                "<think>a</think><|begin_of_box|>A red ball on grass.<|end_of_box|>",
                "<caption>A red ball on grass.</caption>",
                "A red ball on grass.<|im_end|>",
                "A red ball on grass.</s>",
                "A red ball on grass.<end_of_turn>",
                "A red ball on grass.<｜end▁of▁sentence｜>",
                "<s> A red ball on grass.<|eot_id|>",
                "<|im_start|>assistant¶A red ball on grass.<|im_end|>¶<|im_start|>user¶And now?",
                "ASSISTANT: A red ball on grass.¶USER: And now?",
                "A red ball on grass.¶### Instruction: another",
                "Sure! Here is a caption: A red ball on grass.",
                "Sure! Here's a caption for the image:¶¶A red ball on grass.",
                "Certainly! Here is a detailed description of the image:¶¶\"A red ball on grass.\"",
                "Of course. A red ball on grass.",
                "Okay, here is the short caption you asked for: A red ball on grass.",
                "Here’s a one-sentence description:¶A red ball on grass.",
                "A possible caption for this image could be: “A red ball on grass.”",
                "The caption is: A red ball on grass.",
                "**Caption:** A red ball on grass.",
                "**Caption**: A red ball on grass.",
                "**Caption: A red ball on grass.**",
                "Caption: **A red ball on grass.**",
                "Caption: A red ball on grass.",
                "### Caption¶A red ball on grass.",
                "**Image Description:**¶¶A red ball on grass.",
                "Short caption (12 words): A red ball on grass.",
                "Alt text: A red ball on grass.",
                "Image: A red ball on grass.",
                "Final answer: A red ball on grass.",
                "Beschreibung: A red ball on grass.",
                "Légende : A red ball on grass.",
                "描述：A red ball on grass.",
                "好的，这是图片的描述：A red ball on grass.",
                "Voici une description de l'image : A red ball on grass.",
                "Hier ist eine Bildbeschreibung: A red ball on grass.",
                "A red ball on grass.¶¶Let me know if you need anything else!",
                "A red ball on grass. Let me know if you would like a longer one.",
                "A red ball on grass. I hope this helps!",
                "A red ball on grass. Would you like me to add more detail?",
                "A red ball on grass. Feel free to ask for changes.",
                "\"A red ball on grass.\" Let me know if this works.",
                "A red ball on grass.¶¶(Word count: 5)",
                "A red ball on grass.¶¶Note: I left out the sky.",
                "A red ball on grass.¶¶**Explanation:** the ball is the subject.",
                "A red ball on grass.¶¶This caption names two things.",
                "A red ball on grass.¶Keywords: ball, grass",
                "A red ball on grass. #ball #grass #red",
                "A red ball on grass.¶¶#ball",
                "A red ball on grass.¶---¶Alternative ideas follow.",
                "- A red ball on grass.",
                "1. A red ball on grass.",
                "1. A red ball on grass.¶¶Let me know which one you like!",
                "\"A red ball on grass.\"",
                "“A red ball on grass.”",
                "'A red ball on grass.'",
                "«A red ball on grass.»",
                "`A red ball on grass.`",
                "*A red ball on grass.*",
                "A **red ball** on *grass*.",
                "```¶A red ball on grass.¶```",
                "```text¶A red ball on grass.¶```",
                "{\"caption\": \"A red ball on grass.\"}",
                "```json¶{\"caption\": \"A red ball on grass.\", \"tags\": [\"ball\"]}¶```",
                "[{\"description\": \"A red ball on grass.\"}]",
                "{\"image_description\": \"A red ball on grass.\"}",
                "Here you go: A red ball on grass.",
                "Sure, I can help with that! A red ball on grass.",
                "I'd be happy to help! Here's a caption: A red ball on grass.",
                "Certainly, I'll describe it. A red ball on grass.",
                "Based on the image, here is a caption: A red ball on grass.",
                "Caption for the image: A red ball on grass.",
                "> A red ball on grass.",
                "(A red ball on grass.)",
                "A red ball on grass.¶¶A red ball on grass.",
                "A red ball on grass.¶Confidence: 95%",
                "\\\"A red ball on grass.\\\"",
                "A red ball on grass.\\n\\nLet me know!",
                "&quot;A red ball on grass.&quot;",
                "Sure! Here is a caption:¶```json¶{\"caption\": \"**A red ball on grass.**\"}¶```¶Let me know!",
            })
    void findsTheCaptionWhereItIsSure(String answer) {
        assertThat(found(answer)).isEqualTo(new Caption(BALL));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a red ball",
                "A very, very old tree.",
                "\"STOP\" beside \"GO\"",
                "a sign that says \"SORRY WE ARE CLOSED\"",
                "A poster that says \"I can't even\"",
                "A man apologizes to a woman.",
                "The image is black and white and shows a dog.",
                "A blank sheet of white paper on a desk",
                "The image is empty of people: a beach at dawn.",
                "A completely black cat on a completely white sofa",
                "The user interface of a music app",
                "As a large dog runs, a child laughs.",
                "As an assistant holds the light, a photographer kneels.",
                "None of the boats have sails.",
                "Three things lie on a table: a key, a coin and a pen.",
                "Here is a dog in the snow",
                "Sure-footed goats on a cliff",
                "A man putting his shoes on",
                "A wooden block with the letter a",
                "A cartoon with the caption \"Help\"",
                "An error message on a blue screen",
                "A no parking sign beside a photo booth",
                "Ein Hund läuft durch den Schnee",
                "Leider-Straße sign in Berlin",
                "日本の茶室と庭",
                "Let it snow: a mug on a windowsill",
                "First light over a lake",
                "A sign with the text #1 on a shelf",
                "A street.¶¶A red bus waits, and 2 people board it.",
                "A bottle of 2.5 l of milk - fresh - on a table",
                "I see a dog",
                "What a sunset looks like from a plane",
                "A mural of a woman with the word HOPE; beside it, a door",
                "A street (seen from above) and a bridge (old)",
                "The letters C:\\new on a screen",
                "Yes is written on a wall",
                "A safe with its door open",
                "An image of Ġgantija, a temple",
                "Okay sign made with a hand",
                "A plate of fish & chips on a [blue] table",
                "The best-known-view-of-a-long-and-winding-road",
                "Two friends say hello to a hat & a cat <3",
            })
    void leavesACaptionAsItIs(String caption) {
        assertThat(found(caption)).isEqualTo(new Caption(caption.replace('¶', '\n')));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "<think>The user wants a caption. It is a ball | unfinished reasoning",
                "◁think▷a ball and | unfinished reasoning",
                "Okay, let me look at this image. It has a ball. | reasoning without tags",
                "The user wants a caption. I see a ball. | reasoning without tags",
                "We need to write a caption of one sentence. | reasoning without tags",
                "Hmm, I should describe the ball. | reasoning without tags",
                "I apologize, but I can't describe people. | apology",
                "I'm sorry, but I can't help with that. | apology",
                "I am very sorry. | apology",
                "Sorry, I cannot. | apology",
                "My apologies, this did not work. | apology",
                "Unfortunately, I do not see one. | apology",
                "Unfortunately, the image did not load. | apology",
                "I can’t assist with that request. | inability",
                "I cannot see the picture. | inability",
                "I am unable to view images. | inability",
                "I’m not able to identify people. | inability",
                "A woman in red. I cannot say who she is. | inability",
                "Unable to process the image. | inability",
                "I don't see an image. | inability",
                "I do not have the ability to see. | inability",
                "As an AI language model, images are beyond me. | about itself",
                "As a large language model I describe texts only. | about itself",
                "I am just an AI. | about itself",
                "I'm a text-based assistant. | about itself",
                "No image was provided. | no image",
                "There is no image in your message. | no image",
                "It seems you haven't attached an image. | no image",
                "It looks like no photo was uploaded. | no image",
                "You didn't share a picture yet. | no image",
                "Please provide the image. | no image",
                "Could you please upload the photo again? | no image",
                "The image you shared could not be loaded. | no image",
                "The image is not visible to me. | no image",
                "The image you provided is blank. | blank image",
                "The image is completely black. | blank image",
                "The image appears to be a blank white image with no content. | blank image",
                "The image appears to be corrupted. | blank image",
                "This image violates our usage rules. | content policy",
                "It goes against my content policy to describe it. | content policy",
                "[Content removed] | content policy",
                "What would you like me to describe? | offer or question",
                "How can I help you today? | offer or question",
                "Hello! I can describe images. | offer or question",
                "Error: 503 | error message",
                "Internal Server Error | error message",
                "Rate limit exceeded. | error message",
                "null | error message",
                "N/A | error message",
                "[object Object] | error message",
                "Traceback (most recent call last): | error message",
                "[A short caption of the image] | placeholder",
                "Your caption here | placeholder",
                "Here are three captions:¶A ball.¶A red ball. | several captions",
                "Sure! Here are the descriptions:¶A ball.¶A red ball. | several captions",
                "Option 1: A ball.¶Option 2: A red ball. | several captions",
                "A ball.¶Or: A red ball. | several captions",
                "Here is a list:¶- A ball¶- A red ball¶Let me know which one you like! | list",
                "1. A ball¶2. Grass | list",
                "* **Ball**: red¶* **Grass**: green | list",
                "Title: A Ball¶Description: A red ball on grass. | fields",
                "**Subject:** a ball¶**Background:** grass | fields",
                "Tags: ball, grass | fields",
                "{\"ball\": \"red\", \"grass\": \"green\"} | JSON",
                "{\"caption\": \"A red ball on | JSON",
                "[\"A ball\", \"Grass\"] | JSON",
                "{\"caption\": \"A\", \"description\": \"B\"} | JSON",
                "<p>A red ball</p> | markup",
                "<!DOCTYPE html><html><body>Log in</body></html> | markup",
                "# The Ball¶A red ball on grass. | markup",
                "![ball](https://example.org/ball.png) | markup",
                "`|a|b|¶|-|-|¶|c|d|` | markup",
                "<tool_call>{\"name\": \"describe\"}</tool_call> | markup",
                "<caption>A red ball | markup",
                "A <image> of a ball | template token",
                "A ball [INST] more | template token",
                "A red ball and a | cut off",
                "A red ball on grass, | cut off",
                "A red ball, beside it the | cut off",
                "Yes. | error message",
                "unsafe¶S4 | error message",
                "https://example.org/ball.png | error message",
                "Thank you for sharing the image! | offer or question",
                "This model cannot describe images. | inability",
                "It is difficult to say what this shows. | inability",
                "The image is too blurry to describe. | inability",
                "There is insufficient information. | inability",
                "A red ball on the... | cut off",
                "A red ball- | cut off",
                "AĠredĠball | template token",
                "A▁red▁ball | template token",
                "A red ball.<0x0A> | template token",
                "<ref>ball</ref><box>(10,20),(30,40)</box> | markup",
                "A ball [[10, 20, 30, 40]] on grass | markup",
                "\\boxed{A red ball} | markup",
                "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg== | markup",
                "Es tut mir leid, ich kann dieses Bild nicht beschreiben. | apology",
                "Ich kann das Bild leider nicht sehen. | apology",
                "Je suis désolé, mais je ne peux pas voir l'image. | apology",
                "Désolée, aucune image. | apology",
                "Lo siento, no puedo ver la imagen. | apology",
                "Mi dispiace, non riesco a vedere l'immagine. | apology",
                "Desculpe, não consigo ver a imagem. | apology",
                "Het spijt me, ik kan dat niet. | apology",
                "Przepraszam, nie widzę obrazu. | apology",
                "Извините, я не вижу изображения. | apology",
                "К сожалению, изображение не загружено. | apology",
                "抱歉，我无法查看图片。 | apology",
                "很抱歉，我不能描述这张图片。 | apology",
                "作为一个人工智能，我没有视觉。 | apology",
                "申し訳ありませんが、画像を表示できません。 | apology",
                "죄송합니다, 이미지를 볼 수 없습니다. | apology",
                "Üzgünüm, bunu yapamam. | apology",
                "عذرًا، لا أستطيع رؤية الصورة | apology",
                "Xin lỗi, tôi không thể xem ảnh. | apology",
            })
    void refusesWhatIsNoDescriptionAndNamesTheRule(String answer, String rule) {
        Found found = found(answer);
        assertThat(found).isInstanceOf(Nothing.class);
        assertThat(((Nothing) found).bound()).isEqualTo("a description of the image (rule: " + rule + ")");
    }

    @Test
    void showsTheStartOfARefusedAnswer() {
        Nothing found = (Nothing) AnswerRules.find("I'm sorry. " + "x".repeat(1000), 1000);
        assertThat(found.value()).startsWith("I'm sorry. x").endsWith("x...").hasSize(163);
    }

    @Test
    void survivesLongAnswers() {
        for (String part :
                new String[] {"<think>", "a ", "**", "\n- a", "\" ", "{\"", "<|", "here is ", "[", "#a ", "*a"}) {
            assertThat(AnswerRules.find(part.repeat(1 + 3000 / part.length()), 1000))
                    .isNotNull();
            assertThat(AnswerRules.find("x</think>" + part.repeat(1 << 20), 1000))
                    .isEqualTo(new Nothing(
                            Reason.TOO_LONG, part.repeat(1 << 20).strip().length() + " characters", "1000 characters"));
        }
    }

    @Test
    void refusesReasoningWithoutAnAnswer() {
        assertThat(AnswerRules.find("<think>a ball</think>  ", 1000))
                .isEqualTo(new Nothing(
                        Reason.EMPTY,
                        "23 characters of reasoning",
                        "a description of the image (rule: nothing but reasoning)"));
    }

    private static Found found(String answer) {
        return AnswerRules.find(answer.replace('¶', '\n'), 1000);
    }
}
