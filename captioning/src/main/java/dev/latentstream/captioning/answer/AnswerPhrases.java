package dev.latentstream.captioning.answer;

/** Phrases of chat models around a caption, or instead of one, as patterns for {@link AnswerRules}. */
final class AnswerPhrases {
    /** The start of the answer or of a sentence, but not of a quotation in it. */
    private static final String SENTENCE = "(?:^|[.!?…]\\s+|\\n\\s*)";

    private static final String IMAGE = "(?:image|picture|photo(?:graph)?|file|link|url|attachment)";

    static final String INTERJECTION =
            "(?iu)^(?:(?:alright|okay|ok|so|well)[,!.]?\\s+){1,3}(?=(?:in )?(?:the|this) (?:image|picture|photo)\\b)"
                    + "|(?iu)^(?:as (?:you )?(?:requested|asked)|per your request|as per your request)\\s?[,:]\\s+"
                    + "|(?iu)^(?:sure|certainly|of course|absolutely|okay|ok|great|gladly|understood|alright|got it|no problem|here you go)"
                    + "(?: thing)?(?:[!.:]+\\s+|(?:,|\\s[-–—])\\s+(?=here(?: is|['’]s| are)\\b)"
                    + "|[,!.]?\\s+(?:i (?:can|will)|i['’](?:ll|d)|i would|i['’]m|happy|glad|let me)[^.!?:\\n]{0,80}\\b(?:help|describe|caption|assist|write)"
                    + "[^.!?:\\n]{0,60}[.!:]\\s+)"
                    + "|(?iu)^(?:i['’]d|i would|i am|i['’]m) (?:be )?(?:happy|glad) to [^.!?:\\n]{0,80}[.!:]\\s+(?=\\S)";

    static final String FOREIGN_PREAMBLE = "(?iu)^(?:"
            + "(?:natürlich|gerne|klar)[!.,]\\s+|(?:bien sûr|d['’]accord|certainement)\\s*[!.,]\\s+"
            + "|¡?(?:claro|por supuesto)[!.,]\\s+|(?:certo|certamente|ecco)[!.,]\\s+|(?:конечно)[!.,]\\s+|(?:好的|当然|當然)[，,。!！]\\s*"
            + "|hier ist (?:eine|die)[^.:\\n]{0,60}(?:beschreibung|bildunterschrift)[^.:\\n]{0,60}:\\s*"
            + "|voici (?:une|la)[^.:\\n]{0,60}(?:description|légende)[^.:\\n]{0,60}:\\s*"
            + "|aquí (?:está|tienes) (?:una|la)[^.:\\n]{0,60}(?:descripción|leyenda)[^.:\\n]{0,60}:\\s*"
            + "|ecco (?:una|la)[^.:\\n]{0,60}(?:descrizione|didascalia)[^.:\\n]{0,60}:\\s*"
            + "|aqui está (?:uma|a)[^.:\\n]{0,60}(?:descrição|legenda)[^.:\\n]{0,60}:\\s*"
            + "|вот (?:описание|подпись)[^.:\\n]{0,60}:\\s*"
            + "|(?:这是|以下是|這是)[^。：:\\n]{0,40}(?:描述|说明|說明|标题|標題)[^。：:\\n]{0,20}[：:]\\s*"
            + "|以下[はが][^。：:\\n]{0,40}(?:説明|キャプション)[^。：:\\n]{0,20}[：:]\\s*)";

    static final String FOREIGN_LABEL =
            "(?iu)^[*_#\\s]*(?:bildbeschreibung|beschreibung|bildunterschrift|légende|descripción|leyenda"
                    + "|descrizione|didascalia|descrição|legenda|описание|подпись|描述|图片描述|圖片描述|标题|標題|说明|キャプション|説明|설명)"
                    + "\\s*[*_]*\\s*[:：]\\s*[*_]*\\s*";

    /** Thoughts that a template did not mark. */
    static final String REASONING =
            "(?iu)^(?:(?:okay|ok|alright|hmm{1,9}|wait|so|well|first|now|got it|right)[,.]?\\s{1,9}){0,9}"
                    + "(?:let(?:['’]s| me) (?:see|look|think|analy|describe|write|craft|start|break|count|examine|identify|try|take)"
                    + "|(?:i|we) (?:need to|should|must|have to|will|am going to|am asked to)\\b|i['’]ll\\b"
                    + "|the user (?:wants|asks|asked|is asking|requests|requested|has asked|would like|said|needs|provided|uploaded)"
                    + "|(?:the )?task (?:is|here is) to\\b|looking at (?:the|this) image, i\\b|analysis\\s*(?:the|we|i)\\b)";

    static final String APOLOGY = "(?iu)" + SENTENCE
            + "(?:(?:i(?:['’]m| am)|we(?:['’]re| are)) (?:so |very |really |truly |deeply |terribly )?sorry\\b"
            + "|(?:i|we) (?:do |must |sincerely )?apologi[sz]e\\b|(?:my |our )?(?:sincere )?apologies\\b|i regret\\b"
            + "|unfortunately,? (?:i|we|there is no|the " + IMAGE + "|this " + IMAGE + "|no " + IMAGE + ")\\b)"
            + "|(?iu)^(?:sorry|pardon|oops)\\b";

    static final String INABILITY = "(?iu)" + SENTENCE + "(?:(?:but|however|unfortunately|as such|therefore)[, ]\\s*)?"
            + "(?:i (?:can ?not|can['’]t|could not|couldn['’]t|am (?:unable|not able|afraid|limited)|was (?:unable|not able)"
            + "|do not|don['’]t|did not|didn['’]t|won['’]t|will not|must decline|have no|lack|need more)\\b"
            + "|(?:i|we) (?:would |['’]d )?(?:prefer not|rather not)\\b|i['’]d (?:prefer not|rather not)\\b"
            + "|i['’]m (?:unable|not able|afraid|limited|not (?:sure|certain|comfortable|going))\\b)"
            + "|(?iu)^(?:(?:the|this) (?:model|assistant|ai|system) (?:cannot|can['’]t|is (?:unable|not able))"
            + "|(?:this|the|your) (?:request|prompt|query) (?:cannot|can['’]t|could not|couldn['’]t|was (?:not|declined|denied))"
            + "|it (?:would be|is|['’]s) (?:inappropriate|unethical)\\b"
            + "|it(?:['’]s| is) (?:not possible|impossible|difficult|hard|unclear)\\b|(?:there is )?(?:not enough|insufficient) (?:information|detail|context)"
            + "|(?:the|this) " + IMAGE
            + " is too (?:blurry|blurred|small|dark|low|pixelated|unclear)[^.\\n]{0,40} (?:to|for)\\b)"
            + "|(?iu)\\b(?:which|that|but|and|so|who) i (?:can ?not|can['’]t|am unable to|won['’]t|will not)"
            + " (?:describe|identify|name|see|view|assist|help|provide|discuss|engage)\\b"
            + "|(?iu)^(?:unable|not able|cannot|can['’]t|could not|couldn['’]t) (?:to )?(?:see|view|describe|process|display|load|open|access"
            + "|analy[sz]e|determine|identify|assist|help|generate|provide|comply|fulfil)";

    static final String ABOUT_ITSELF = "(?iu)" + SENTENCE
            + "(?:as an? (?:ai\\b|artificial intelligence|large language|language model|text-based|vision[- ]language|multimodal"
            + "|(?:helpful |virtual |digital |ai )?assistant,)"
            + "|i(?:['’]m| am) (?:just |only |currently )?(?:an? )?(?:ai\\b|artificial intelligence|large language|language model|text-based"
            + "|(?:virtual|digital|helpful) assistant))";

    static final String NO_IMAGE = "(?iu)" + SENTENCE + "(?:it (?:seems|appears|looks like) (?:that |like )?)?(?:"
            + "no " + IMAGE
            + "s?(?:$|\\.$| (?:was|is|were|has been|have been|provided|attached|uploaded|found|visible|detected|available"
            + "|given|data|here))"
            + "|there (?:is|was|seems to be|appears to be|are) no " + IMAGE + "s?\\b(?! of)"
            + "|you (?:have ?n['’o]t|have not|did ?n['’o]t|did not|forgot|need to|may have forgotten)\\b"
            + "|(?:please|could you|can you|would you|kindly)(?: please)? (?:provide|upload|share|attach|send|re-?upload|describe|specify)"
            + "|(?:the|this|your) " + IMAGE
            + "(?: (?:you|that|which)[^.!?\\n]{0,40}?)? (?:did not|did ?n['’]t|failed to|could not|couldn['’]t"
            + "|cannot|can['’]t|is not|isn['’]t|was not|wasn['’]t|does ?n['’]t|does not|has not) "
            + "(?:be |been |seem to |appear to )?(?:load|display|view|process|open|access|attach|upload|provid|visible|available|includ|come"
            + "|render|render|readable|receiv|exist))";

    /** A service that dropped the image describes nothing; "the image is black and white" describes one. */
    static final String BLANK_IMAGE =
            "(?iu)" + SENTENCE + "(?:(?:it (?:seems|appears) (?:that )?)?(?:the|this|your) " + IMAGE
                    + "(?: (?:you(?:['’]ve| have)? )?(?:provided|uploaded|shared|sent|attached|submitted))?|it|this)"
                    + " (?:is|seems|appears|looks)(?: to be| like)? (?:just |simply |only |a |an )*"
                    + "(?:(?:completely |entirely |totally |mostly |all )?(?:blank|empty|corrupted|broken|missing|unavailable)(?: (?:white|black|gr[ae]y))?"
                    + "(?: " + IMAGE + "| canvas| page| file)?(?=$|[.,;!]| and | or | with no| without)"
                    + "|(?:completely|entirely|totally) (?:black|white|dark)(?! and))";

    static final String POLICY = "(?iu)" + SENTENCE + "(?:this|the|your) (?:image|picture|photo|content|request|prompt)"
            + " (?:(?:may |might |appears to )?violates?|goes against|was (?:flagged|blocked|rejected)|has been (?:flagged|blocked|removed)"
            + "|is (?:inappropriate|against)|contains (?:explicit|inappropriate|sensitive|sexual|graphic))"
            + "|(?iu)\\b(?:content|usage|safety|community) (?:policy|policies|guidelines|filters?)\\b"
            + "|(?iu)^\\W*(?:redacted|content (?:removed|blocked|filtered)|blocked|censored)\\W*$";

    static final String OFFER =
            "(?iu)^(?:what|would|could|can|do|how|which|should|may)\\b[^.!]*\\b(?:you|i)\\b[^.!]*\\?\\s*$"
                    + "|(?iu)^(?:how can i|what can i|i(?:['’]d| would) be (?:happy|glad)|i can help|feel free to|let me know|hello!|hi!|thank(?:s| you)\\b)";

    static final String ERROR =
            "(?iu)^(?:\\W*(?:null|none|nan|undefined|n/?a|nil|\\[object object\\]|true|false|yes|no|ok|okay|done|sure|(?:un)?safe(?:\\s+s\\d+)?"
                    + "|https?://\\S+)\\W*$"
                    + "|(?:error|exception|fatal|warning)\\s*(?::|\\d{3}\\b)|traceback \\(most recent|internal server error|bad gateway"
                    + "|(?:(?:an?|the|this) )?(?:image|picture|photo(?:graph)?|caption|(?:image )?description|alt text|untitled|unknown|unavailable)"
                    + "(?: (?:shows|showing|of|is|contains|features|depicts))?(?: (?:something|it|this|that))?\\W*$"
                    + "|(?:no|not|an?) (?:caption|description|alt text|text|answer|response|output|result)s?"
                    + "(?: (?:is |was )?(?:available|provided|given|possible|generated|found))?\\W*$|not (?:available|applicable|found|supported)\\W*$"
                    + "|[\\w.-]+\\.(?:jpe?g|png|webp|gif|bmp|tiff?|heic)\\W*$"
                    + "|(?:(?:an?|the) )?(?:unexpected |unknown |internal )?error (?:has |was )?(?:occur|encounter)|something went wrong"
                    + "|(?:(?:the|this) )?(?:server|service|model|system|engine) (?:is|was) (?:currently |still |temporarily )?"
                    + "(?:busy|overloaded|loading|unavailable|down|not (?:available|loaded|ready))"
                    + "|please (?:try|retry)(?: again| later|\\W*$)|please wait (?:a moment|and try)|(?:image|file|page|model|resource|url) (?:is |was )?not (?:found|available|supported|loaded)"
                    + "|(?:服务器?|系统|伺服器)(?:繁忙|忙碌|错误|錯誤|异常)|请稍[后候]"
                    + "|gateway time-?out|service (?:temporarily )?unavailable|too many requests|rate limit|request (?:timed out|failed)"
                    + "|(?:http|status)[ /]\\d|\\d{3} (?:bad|not found|internal|service|gateway|too many))";

    static final String PLACEHOLDER = "(?iu)^(?:\\[[^\\]\\n]*\\]\\W*$|<[^>\\n]*>\\W*$|lorem ipsum\\b)"
            + "|(?iu)\\b(?:insert|your) (?:caption|description) here\\b";

    static final String SEVERAL =
            "(?iu)(?:^|\\n)\\W{0,4}(?:option|caption|version|alternative|variant|description)\\s*#?(?:1|one|a)\\b\\s*[:.)*]"
                    + "|(?iu)^here are\\b[^.\\n]{0,80}\\b(?:captions|options|descriptions|versions)\\b"
                    + "|(?iu)\\n\\W{0,4}(?:or|alternatively)\\s*[,:]";

    static final String FIELDS =
            "(?ium)^[-*#_\\s•]*(?:title|captions?|descriptions?|tags|keywords|subject|main subject|background|foreground"
                    + "|thinking|thoughts?|reasoning|analysis|rationale|step \\d{1,2}|translation"
                    + "|colou?rs?|mood|style|setting|composition|objects?|lighting|materials?|positions?|short|medium|dense|english|nouns?)"
                    + "\\s*(?:\\([^)\\n]{0,30}\\))?[*_]*\\s*[:：]";

    /** A sentence that an answer's end broke; a phrase needs no full stop. */
    static final String CUT_OFF = "(?u)(?:[,;:–—-]|\\(\\p{L}[^()]{0,200}"
            + "|\\b(?:an|the|and|or|with|but|its|their|of|which|whose|is|are|into|onto|between|An|The|And|Its|Their)|(?i:(?<!letter|grade|vitamin|type|plan|class) )a)\\s*(?:\\.\\.\\.|…)?$";

    /** The starts of refusals in other languages; each is certain, since no caption begins so. */
    static final String FOREIGN_APOLOGY = "(?iu)^(?:"
            + "es tut mir (?:sehr )?leid|tut mir leid|entschuldigung|leider (?:kann|konnte|ist es mir|wurde kein|liegt kein)|ich kann (?:das|dieses|diese|leider|kein|nicht|ihnen|dir)"
            + "|als (?:ki|sprachmodell)\\b"
            + "|je suis (?:vraiment )?désolée?|désolée?\\b|je ne (?:peux|suis|vois|parviens)|je n['’]ai pas|malheureusement,? (?:je|l['’]image|aucune)|en tant qu['’](?:ia|assistant|intelligence)"
            + "|¡?lo siento|lamento|lamentablemente,? (?:no|la)|disculp[ae]|perdón|no puedo|no se (?:ha|me ha) proporcionado|como (?:modelo de lenguaje|ia)\\b"
            + "|mi dispiace|purtroppo,? (?:non|l['’])|non posso|non riesco|sono spiacente|come (?:modello|intelligenza)"
            + "|desculpe|lamento|sinto muito|infelizmente,? (?:não|eu|a imagem)|não (?:posso|consigo)|como (?:um modelo|modelo|uma ia)"
            + "|het spijt me|helaas (?:kan|is)|ik kan (?:de|deze|dit|geen|niet|u|je)"
            + "|przepraszam|przykro mi|niestety,? nie|nie mogę|jako model"
            + "|извините|простите|к сожалению|прошу прощения|я не (?:могу|вижу)|мне жаль|как (?:языковая|ии)"
            + "|вибачте|на жаль|omlouvám se|bohužel|je mi líto|sajnálom|îmi pare rău|jag är ledsen|tyvärr|beklager|desværre|valitettavasti|pahoittelen"
            + "|üzgünüm|maalesef|özür dilerim|maaf,? |xin lỗi|rất tiếc|ขออภัย|ขอโทษ|क्षमा करें|माफ़ कीजि|मुझे खेद|عذر[اً]|آسف|للأسف|أعتذر|لا (?:أستطيع|يمكنني)|סליחה|מצטער|اپنی معذرت"
            + "|(?:非常|很)?抱歉|对不起|對不起|不好意思|(?:很)?遗憾|我(?:无法|無法|不能|看不到|没有看到)|无法(?:识别|查看|显示|加载|提供|描述)|作为(?:一个|一名)?(?:ai|人工智能|语言模型)|您(?:没有|尚未|还没有)"
            + "|申し訳|すみません|ごめんなさい|残念ながら|画像が(?:表示|提供|添付|見)|画像を(?:表示|確認|見る)できません"
            + "|jeg (?:beklager|kan (?:ikke|dessverre|desværre))|jag (?:beklagar|kan (?:inte|tyvärr)|ber om ursäkt)|anteeksi\\b|en (?:voi|pysty) |vabandust|kahjuks"
            + "|(?:žal|žao) mi je|izvinite?\\b|oprostite|ne mo(?:gu|rem) |prepáčte|je mi ľúto|ospravedlň|ne(?:vidím|mohu|můžu|môžem) |nie widzę|nem tud|nu pot "
            + "|съжалявам|извинявам|не мога |шкодую|я не можу|atvainojiet|diemžēl|atsiprašau"
            + "|λυπάμαι|συγγνώμη|ζητώ συγγνώμη|δεν μπορώ|perdon[eiu]u?\\b|ho sento|em sap greu|sentímolo|non podo |no puc "
            + "|(?:saya |kami )?(?:minta |mohon |memohon )maaf|saya tidak (?:dapat|bisa|boleh)|paumanhin|pasensya|hindi ko |samahani"
            + "|(?:tôi|mình) (?:rất )?(?:xin lỗi|tiếc|không thể)|xin thứ lỗi"
            + "|मा(?:फ|फ़|फ़)ी? (?:कर|कीज)|দুঃখিত|মাফ কর|மன்னி|క్షమించ|ക്ഷമിക്ക|ಕ್ಷಮಿಸ|માફ કર|ਮਾ(?:ਫ|ਫ਼) ਕਰ|මට කණගාටුයි"
            + "|معذرت|متأسف|متاسف|مع الأسف|نأسف|לא ניתן|אני (?:מצטער|לא (?:יכול|רוא))"
            + "|我(?:很|非常|十分|真的)?(?:抱歉|对不起|對不起)"
            + "|죄송|미안|유감|이미지를 (?:볼|확인할) 수 없|이미지가 (?:제공|첨부|보이지))";

    /** Phrases in other languages of models that have received no image. */
    static final String FOREIGN_NO_IMAGE = "(?iu)^(?:"
            + "es wurde kein(?:e|en)? bild|kein bild\\b|bitte (?:lade|stelle|sende|schicke|gib|geben)|aucune (?:image|photo) (?:n['’]|fournie|dispon)|veuillez "
            + "|por favor,? (?:sube|proporcion|compart|adjunt|env[ií]|carg|carreg|forne)|no (?:veo|hay|se (?:proporcion|adjunt)\\p{L}*) (?:ninguna|una|la) imagen"
            + "|(?:per favore|si prega),? (?:di )?(?:caric|forn|invi|condivid)|nessuna immagine|nenhuma imagem (?:foi|fornec|dispon)"
            + "|пожалуйста,? (?:загруз|предостав|пришл|отправ|прикреп)|изображение (?:не |отсутствует)"
            + "|(?:请|請)(?:您)?(?:上传|上傳|提供|发送|發送|分享|重新|问|問)|您好|你好[,，!！]"
            + "|(?:这|這|该|該)?[张張]?(?:图片|圖片|图像|圖像)(?:无法|無法|不存在)"
            + "|画像を(?:アップロード|提供|送|添付)|이미지를 (?:업로드|제공|첨부|보내))";

    private AnswerPhrases() {}
}
