"""Words in the six languages a page must carry, so that sizes and looks are those of real pages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class SampleWords:
    """What one language says on the sample pages."""

    study: str
    module: str
    position: str
    question: str
    help: str
    consent: str
    consent_help: str
    yes_no: tuple[str, str]
    options: tuple[str, ...]
    """Seven, the last one exclusive."""
    scale: tuple[str, ...]
    """Five, from one end to the other."""
    statements: tuple[str, ...]
    """Six."""
    dk: str
    ref: str
    month_and_year: tuple[str, str]
    unit: str
    none_of_these: str
    places: tuple[str, ...]
    """Ten."""
    problem: str
    prompt: str
    next: str


PLACES = (
    "Utrecht",
    "Utrechtse Heuvelrug",
    "Woerden",
    "Wijk bij Duurstede",
    "De Ronde Venen",
    "Stichtse Vecht",
    "Nieuwegein",
    "IJsselstein",
    "Vijfheerenlanden",
    "Lopik",
)

DUTCH = SampleWords(
    study="Onderzoek Perspectief Inburgeraars",
    module="Werk en meedoen",
    position="Vraag 12 van ongeveer 40",
    question="Wat doet u nu? Denk aan een gewone week.",
    help="Betaald werk is werk waarvoor u geld krijgt. Een uur per week telt ook.",
    consent="Meedoen is vrij. Uw antwoorden zijn geheim. Ze hebben geen gevolgen voor uw"
    " inburgering, uitkering of verblijf. Wilt u meedoen?",
    consent_help="De gemeente, DUO, de IND en het COA zien niet wat u invult."
    " Er zijn geen goede of foute antwoorden.",
    yes_no=("Ja, ik doe mee", "Nee"),
    options=(
        "Ik heb betaald werk",
        "Ik doe vrijwilligerswerk",
        "Ik loop stage of heb een leerwerkplek",
        "Ik volg een opleiding of een cursus, anders dan de taalles",
        "Ik zorg voor mijn kinderen of voor familie",
        "Ik zoek werk",
        "Niets van deze",
    ),
    scale=(
        "Helemaal mee eens",
        "Mee eens",
        "Niet mee eens en niet mee oneens",
        "Niet mee eens",
        "Helemaal niet mee eens",
    ),
    statements=(
        "Ik kreeg genoeg uitleg over de inburgering",
        "De gemeente luisterde naar wat ik wil",
        "Ik wist wie ik om hulp kon vragen",
        "Het plan past bij mijn leven",
        "De afspraken in het plan waren duidelijk",
        "Ik werd met respect behandeld",
    ),
    dk="Weet ik niet",
    ref="Wil ik niet zeggen",
    month_and_year=("Maand", "Jaar"),
    unit="uur per week",
    none_of_these="Geen van deze",
    places=PLACES,
    problem="Schrijf het jaar met vier cijfers, bijvoorbeeld 1988.",
    prompt="U hebt nog geen antwoord gegeven. Wilt u deze vraag overslaan? Druk dan nog een keer"
    " op ‘Verder’.",
    next="Verder",
)

ENGLISH = SampleWords(
    study="Study Perspectief Inburgeraars",
    module="Work and taking part",
    position="Question 12 of about 40",
    question="What are you doing now? Think of a usual week.",
    help="Paid work is work that you get money for. One hour a week counts too.",
    consent="Taking part is voluntary. Your answers are confidential. They have no effect on your"
    " civic integration, benefit or right to stay. Do you want to take part?",
    consent_help="The municipality, DUO, IND and COA do not see what you answer."
    " There are no right or wrong answers.",
    yes_no=("Yes, I take part", "No"),
    options=(
        "I have paid work",
        "I do voluntary work",
        "I do an internship or have a training place",
        "I follow education or a course other than the language lessons",
        "I care for my children or for family",
        "I am looking for work",
        "None of these",
    ),
    scale=(
        "Completely agree",
        "Agree",
        "Neither agree nor disagree",
        "Disagree",
        "Completely disagree",
    ),
    statements=(
        "I got enough explanation about civic integration",
        "The municipality listened to what I want",
        "I knew whom I could ask for help",
        "The plan fits my life",
        "The agreements in the plan were clear",
        "I was treated with respect",
    ),
    dk="I do not know",
    ref="Prefer not to say",
    month_and_year=("Month", "Year"),
    unit="hours a week",
    none_of_these="None of these",
    places=PLACES,
    problem="Write the year with four digits, for example 1988.",
    prompt="You have not given an answer yet. Do you want to skip this question?"
    " Then press “Next” again.",
    next="Next",
)

ARABIC = SampleWords(
    study="دراسة Perspectief Inburgeraars",
    module="العمل والمشاركة",
    position="السؤال 12 من حوالي 40",
    question="ماذا تفعل الآن؟ فكّر في أسبوع عادي.",
    help="العمل المدفوع هو العمل الذي تحصل مقابله على مال. ساعة واحدة في الأسبوع تُحسب أيضًا.",
    consent="المشاركة اختيارية. إجاباتك سرّية. ليس لها أي تأثير على اندماجك أو إعانتك أو إقامتك."
    " هل تريد المشاركة؟",
    consent_help="البلدية و DUO و IND و COA لا يرون ما تكتبه. لا توجد إجابات صحيحة أو خاطئة.",
    yes_no=("نعم، أشارك", "لا"),
    options=(
        "لدي عمل مدفوع",
        "أقوم بعمل تطوعي",
        "أقوم بتدريب مهني أو لدي مكان للتعلّم والعمل",
        "أتابع دراسة أو دورة غير دروس اللغة",
        "أعتني بأطفالي أو بعائلتي",
        "أبحث عن عمل",
        "لا شيء من هذا",
    ),
    scale=(
        "أوافق تمامًا",
        "أوافق",
        "لا أوافق ولا أعارض",
        "لا أوافق",
        "لا أوافق أبدًا",
    ),
    statements=(
        "حصلت على شرح كافٍ عن الاندماج",
        "استمعت البلدية إلى ما أريده",
        "كنت أعرف ممّن أطلب المساعدة",
        "الخطة تناسب حياتي",
        "كانت الاتفاقات في الخطة واضحة",
        "عوملتُ باحترام",
    ),
    dk="لا أعرف",
    ref="لا أريد أن أقول",
    month_and_year=("الشهر", "السنة"),
    unit="ساعة في الأسبوع",
    none_of_these="لا شيء من هذه",
    places=PLACES,
    problem="اكتب السنة بأربعة أرقام، مثلًا 1988.",
    prompt="لم تُجب بعد. هل تريد تخطّي هذا السؤال؟ اضغط إذن على «التالي» مرة أخرى.",
    next="التالي",
)

TIGRINYA = SampleWords(
    study="መጽናዕቲ Perspectief Inburgeraars",
    module="ስራሕን ተሳትፎን",
    position="ሕቶ 12 ካብ ዳርጋ 40",
    question="ሕጂ እንታይ ትገብር ኣለኻ? ንልሙድ ሰሙን ሕሰብ።",
    help="ክፍሊት ዘለዎ ስራሕ ማለት ገንዘብ እትረኽበሉ ስራሕ እዩ። ኣብ ሰሙን ሓደ ሰዓት እውን ይሕሰብ እዩ።",
    consent="ምስታፍ ብወለንታ እዩ። መልስታትካ ምስጢር እዩ። ኣብ ውህደትካ፡ ሓገዝካ ወይ መንበሪ ፍቓድካ ጽልዋ የብሉን። ክትሳተፍ ትደሊ ዲኻ?",
    consent_help="ምምሕዳር ከተማ፡ DUO፡ IND ን COA ን እትጽሕፎ ኣይርእይዎን እዮም። ቅኑዕ ወይ ጌጋ መልሲ የለን።",
    yes_no=("እወ፡ እሳተፍ", "ኣይፋልን"),
    options=(
        "ክፍሊት ዘለዎ ስራሕ ኣለኒ",
        "ወለንታዊ ስራሕ እሰርሕ",
        "ልምምድ ስራሕ እገብር ወይ ናይ ትምህርትን ስራሕን ቦታ ኣለኒ",
        "ካብ ትምህርቲ ቋንቋ ወጻኢ ካልእ ትምህርቲ ወይ ኮርስ እከታተል",
        "ንደቀይ ወይ ንስድራይ እከናኸን",
        "ስራሕ እደሊ ኣለኹ",
        "ካብዚ ዝኾነ የለን",
    ),
    scale=(
        "ብምሉእ እሰማማዕ",
        "እሰማማዕ",
        "ኣይሰማማዕን ኣይቃወምን",
        "ኣይሰማማዕን",
        "ብፍጹም ኣይሰማማዕን",
    ),
    statements=(
        "ብዛዕባ ውህደት እኹል መብርሂ ረኺበ",
        "ምምሕዳር ከተማ ንዝደልዮ ሰሚዑ",
        "ንመን ሓገዝ ከም ዝሓትት እፈልጥ ነይረ",
        "እቲ መደብ ንህይወተይ ይሰማማዕ",
        "ኣብቲ መደብ ዝነበረ ስምምዓት ንጹር ነይሩ",
        "ብኽብሪ ተታሒዘ",
    ),
    dk="ኣይፈልጥን",
    ref="ክብሎ ኣይደልን",
    month_and_year=("ወርሒ", "ዓመት"),
    unit="ሰዓት ኣብ ሰሙን",
    none_of_these="ካብዚኦም ዋላ ሓደ",
    places=PLACES,
    problem="ዓመት ብኣርባዕተ ቁጽሪ ጽሓፍ፡ ንኣብነት 1988።",
    prompt="ገና ኣይመለስካን። ነዚ ሕቶ ክትሓልፎ ትደሊ ዲኻ? «ቀጽል» እንደገና ጽቀጥ።",
    next="ቀጽል",
)

TURKISH = SampleWords(
    study="Perspectief Inburgeraars Araştırması",
    module="Çalışma ve katılım",
    position="Soru 12, yaklaşık 40 sorudan",
    question="Şu anda ne yapıyorsunuz? Sıradan bir haftayı düşünün.",
    help="Ücretli iş, karşılığında para aldığınız iştir. Haftada bir saat da sayılır.",
    consent="Katılmak isteğe bağlıdır. Cevaplarınız gizlidir. Uyumunuz, yardım paranız veya"
    " oturumunuz için hiçbir sonucu yoktur. Katılmak istiyor musunuz?",
    consent_help="Belediye, DUO, IND ve COA ne yazdığınızı görmez."
    " Doğru ya da yanlış cevap yoktur.",
    yes_no=("Evet, katılıyorum", "Hayır"),
    options=(
        "Ücretli bir işim var",
        "Gönüllü olarak çalışıyorum",
        "Staj yapıyorum ya da çalışarak öğrendiğim bir yerim var",
        "Dil dersi dışında bir eğitim veya kurs görüyorum",
        "Çocuklarıma veya aileme bakıyorum",
        "İş arıyorum",
        "Bunların hiçbiri",
    ),
    scale=(
        "Tamamen katılıyorum",
        "Katılıyorum",
        "Ne katılıyorum ne katılmıyorum",
        "Katılmıyorum",
        "Hiç katılmıyorum",
    ),
    statements=(
        "Uyum hakkında yeterince bilgi aldım",
        "Belediye ne istediğimi dinledi",
        "Kimden yardım isteyebileceğimi biliyordum",
        "Plan hayatıma uyuyor",
        "Plandaki anlaşmalar açıktı",
        "Bana saygılı davranıldı",
    ),
    dk="Bilmiyorum",
    ref="Söylemek istemiyorum",
    month_and_year=("Ay", "Yıl"),
    unit="saat haftada",
    none_of_these="Bunların hiçbiri",
    places=PLACES,
    problem="Yılı dört rakamla yazın, örneğin 1988.",
    prompt="Henüz cevap vermediniz. Bu soruyu geçmek istiyor musunuz? O zaman bir kez daha"
    " “İleri”ye basın.",
    next="İleri",
)

PERSIAN = SampleWords(
    study="پژوهش Perspectief Inburgeraars",
    module="کار و مشارکت",
    position="پرسش 12 از حدود 40",
    question="اکنون چه کار می‌کنید؟ به یک هفتهٔ معمولی فکر کنید.",
    help="کار با حقوق کاری است که برای آن پول می‌گیرید. یک ساعت در هفته هم حساب است.",
    consent="شرکت کردن آزاد است. پاسخ‌های شما محرمانه است و بر ادغام، کمک‌هزینه یا اقامت شما"
    " اثری ندارد. می‌خواهید شرکت کنید؟",
    consent_help="شهرداری، DUO، IND و COA پاسخ‌های شما را نمی‌بینند. پاسخ درست یا نادرست وجود ندارد.",
    yes_no=("بله، شرکت می‌کنم", "نه"),
    options=(
        "کار با حقوق دارم",
        "کار داوطلبانه می‌کنم",
        "کارآموزی می‌کنم یا جایی برای کار و یادگیری دارم",
        "جز کلاس زبان، تحصیل می‌کنم یا دوره‌ای می‌گذرانم",
        "از فرزندان یا خانواده‌ام مراقبت می‌کنم",
        "دنبال کار می‌گردم",
        "هیچ‌کدام از این‌ها",
    ),
    scale=(
        "کاملاً موافقم",
        "موافقم",
        "نه موافقم و نه مخالف",
        "موافق نیستم",
        "اصلاً موافق نیستم",
    ),
    statements=(
        "توضیح کافی دربارهٔ ادغام گرفتم",
        "شهرداری به خواسته‌های من گوش داد",
        "می‌دانستم از چه کسی کمک بخواهم",
        "برنامه با زندگی من جور است",
        "توافق‌های برنامه روشن بود",
        "با من با احترام رفتار شد",
    ),
    dk="نمی‌دانم",
    ref="نمی‌خواهم بگویم",
    month_and_year=("ماه", "سال"),
    unit="ساعت در هفته",
    none_of_these="هیچ‌کدام از این‌ها",
    places=PLACES,
    problem="سال را با چهار رقم بنویسید، مثلاً 1988.",
    prompt="هنوز پاسخی نداده‌اید. می‌خواهید از این پرسش بگذرید؟ پس یک بار دیگر «بعدی» را بزنید.",
    next="بعدی",
)

WORDS = {
    "nl": DUTCH,
    "en": ENGLISH,
    "ar": ARABIC,
    "tr": TURKISH,
    "ti": TIGRINYA,
    "fa": PERSIAN,
}
