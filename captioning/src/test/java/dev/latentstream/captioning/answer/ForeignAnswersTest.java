package dev.latentstream.captioning.answer;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Models that refuse in another language than that of the instruction. */
class ForeignAnswersTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Es tut mir leid, ich kann dieses Bild nicht beschreiben.",
                "Ich kann das Bild leider nicht sehen.",
                "Je suis désolé, mais je ne peux pas voir l'image.",
                "Désolée, aucune image.",
                "Lo siento, no puedo ver la imagen.",
                "Mi dispiace, non riesco a vedere l'immagine.",
                "Desculpe, não consigo ver a imagem.",
                "Het spijt me, ik kan dat niet.",
                "Przepraszam, nie widzę obrazu.",
                "Извините, я не вижу изображения.",
                "К сожалению, изображение не загружено.",
                "抱歉，我无法查看图片。",
                "很抱歉，我不能描述这张图片。",
                "作为一个人工智能，我没有视觉。",
                "申し訳ありませんが、画像を表示できません。",
                "죄송합니다, 이미지를 볼 수 없습니다.",
                "Üzgünüm, bunu yapamam.",
                "عذرًا، لا أستطيع رؤية الصورة",
                "Xin lỗi, tôi không thể xem ảnh.",
                "Jag kan tyvärr inte se bilden.",
                "Anteeksi, en voi auttaa.",
                "Žao mi je, ne mogu vidjeti sliku.",
                "Съжалявам, не виждам изображението.",
                "Λυπάμαι, δεν μπορώ να δω την εικόνα.",
                "Vabandust, ma ei näe pilti.",
                "Ho sento, no puc veure la imatge.",
                "Saya minta maaf, saya tidak dapat melihat gambar.",
                "माफ़ करें, मैं चित्र नहीं देख सकता।",
                "দুঃখিত, আমি ছবিটি দেখতে পাচ্ছি না।",
                "متأسفم، نمی‌توانم تصویر را ببینم.",
                "אני מצטער, אני לא יכול לראות את התמונה.",
                "Tôi xin lỗi, tôi không thể xem ảnh.",
                "我很抱歉，我无法识别这张图片。",
                "Nie widzę obrazu."
            })
    void refusesAnApology(String answer) {
        AnswerRulesTest.assertRefused(answer, "apology");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "这张图片无法显示。",
                "请上传图片。",
                "画像をアップロードしてください。",
                "이미지를 업로드해 주세요.",
                "Es wurde kein Bild bereitgestellt.",
                "Aucune image n'a été fournie.",
                "Por favor, sube una imagen.",
                "Nessuna immagine fornita.",
                "Пожалуйста, загрузите изображение."
            })
    void refusesARequestForAnImage(String answer) {
        AnswerRulesTest.assertRefused(answer, "no image");
    }
}
