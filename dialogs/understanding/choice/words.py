"""Dialect words beside the standard word of an option: one line per word, the standard one first.

SAME: the very word in another dialect, gender or number, so that it may be taken. NEAR: likely meant, so asked about.
A word that ends in «?» was weighed and left out: it may mean something else.
"""

from __future__ import annotations

SAME = """
متزوج متزوجه متزوجين متزوجون متزوجات متجوز متجوزه متجوزين مجوز مجوزه معرس معرسه مزوج مزوجه متاهل متاهله married
متزوج mtgwza mtgwzh mtzwja mtzwga metgwza metgawez metgawza metzawej mtzwj mtgwz mitzawij
ارمل ارمله ارامل ارملا ارملات widow widowed widower armala armal
مطلق مطلقه مطلقين مطلقات متطلقه متطلق divorced divorcee motala2a mtl2a mutallaqa metala2a metalga mtalga
اعزب عزبا عازب عازبه عزابي عزابيه عزاب سنجل سينجل single a3zab azab
منفصل منفصله منفصلين separated
مخطوب مخطوبه خاطب engaged
عمل العمل اعمل يعمل تعمل نعمل بشتغل يشتغل تشتغل بيشتغل بتشتغل اشتغل نشتغل شغال شغاله شغالين شغل اشغال يداوم
عمل اداوم تداوم دوام وظيفه شغلانه عملي شغلي work job working shoghl shughul shughl sho8l shagal sha8al wazifa
عمل wazefa
عمليه عمليات جراحه surgery operation 3amaleya
بحث ابحث يبحث تبحث ادور ندور بدور بيدور يدور دور looking searching badawar
عاطل عاطله عاطلين بطال بطاله unemployed 3atel 3atil
متقاعد متقاعده متقاعدين متقاعدون retired mota2a3ed
طالب طالبه طلبه طلاب student taleb
ايجار الايجار اجار مستاجر مستاجره مستاجرين ماجر ماجره ماجرين متاجر استاجر rent renting rented egar ejar 2egar
ملك تمليك مملوك ملكي ملكنا owned own owner melk
سكن مسكن السكن سكني اسكان housing sakan
دوا دواي ادويه دويه علاجات? medicine medicines dawa adweya
علاج تعالج معالجه علاجي treatment 3elag 3elaj 3ilaj
طعام اكل ماكل غذا غذاييه الغذا اغذيه مونه ماجله food akl 2akl
ملابس لبس هدوم كسا كسوه تياب ثياب دشاديش clothes clothing malabes hedoom hdoom lebs
دين ديون مديون مديونه مديونين سلف سلفه debt debts dyoon deyoon
قسط اقساط installment instalment installments
قرض قروض loan loans
فاتوره فواتير bill bills fatora fawateer
كهربا الكهربا كهربه النور electricity power kahraba
ما ميه مي ماي مويه مويا water mayya mayy
مال ماليه مالي فلوس نقود مصاري فلوسي كاش نقدي نقديه cash money floos flous fulus
مدرسه مدارس مدرسي مدرسيه school schools madrasa
جامعه جامعي جامعيه بكالوريوس ليسانس university college gam3a
ثانويه ثانوي الثانويه secondary highschool thanawi sanawi sanawy
اعداديه اعدادي preparatory e3dadi
متوسطه متوسط intermediate mutawasit
ابتداييه ابتدايي primary ebteda2i
عايله العايله عيله العيله اسره اهل family
مشي مشيا ماشي? walk walking
دبلوم دبلومه diploma diplom
تدريب تدريبي دوره دورات كورس كورسات training course tadreeb
معاش معاشات المعاش pension ma3ash
راتب رواتب مرتب مرتبات مرتبي راتبي ماهيه salary wage rateb mortab
مساعده مساعدات معونه معونات اعانه اعانات aid allowance
موظف موظفه موظفين employee mowazaf
مزارع مزارعه فلاح فلاحه فلاحين farmer fallah
تاجر تاجره تجاره trader merchant
ذكر راجل رجل رجال رجاله ريال رجل ريال? male man ragel rajol rayyal
انثي ست ستات مراه امراه حرمه مره سيده نسا بنت? female woman women sett 7orma
بطاقه البطاقه هويه الهويه id card betaka bita2a
جواز باسبور جوازات passport gawaz jawaz
شهاده شهادات certificate shahada
صباح الصبح صبحا صباحا morning sob7 el_sob7 sobh
ظهر الضهر ظهرا الظهر ضهر noon dohr zohr thuhr
عصر العصر عصرا afternoon 3asr
مسا المسا مسايا مساءا المغرب? evening masa
ليل الليل بالليل ليلا بليل night lel bellel
اعاقه معاق معاقه معاقين اعاقات disability disabled e3aqa
حركي حركيه حركه motor
بصري بصريه visual
سمعي سمعيه hearing
ذهني ذهنيه عقلي عقليه mental
نفسي نفسيه psychological
مريض مريضه مرض عيان عيانه مرضي sick ill illness
جار جاره جيران جاري جارتي جيراني جارنا جارتنا neighbour neighbor gar garetna
قريب قرايب قريبي قرايبي اقارب اقاربي relative relatives
متطوع متطوعه متطوعين volunteer motatawe3
حكومي حكوميه حكومه الحكومه government
خاص خاصه private khas
شقه شقق apartment flat sha22a
بيت منزل دار البيت home house beit
غرفه اوضه حجره room oda ghorfa
مشترك مشتركه مشاركه shared
قريه القريه بلد? village qarya
مدينه المدينه city madina
بادي? باديه
نعم yes
دايما دايم على_طول always daymen
احيانا ساعات اوقات sometimes a7yanan sa3at
راض راضي راضيه راضين راضيين satisfied
غالبا اغلب usually mostly ghaliban
ابدا never
نادرا نادر rarely
يومي يوميا daily yawmi
اسبوعي اسبوعيا weekly
شهري شهريا monthly shahri
سنوي سنويا yearly annually
جيد جيده زين زينه كويس كويسه منيح منيحه good kwayes kwayesa
سي سيء سيئه سييه وحش وحشه بطال? خايس bad we7esh
ممتاز ممتازه excellent
متوسط متوسطه عادي عاديه average normal
اكبر اكثر اكتر more
اقل less
تلاته? ثلاثه
واتساب واتس وتساب واتسب واتسأب واتسابي whatsapp whats wats watsap whatsab whatsup watsab wa
زوج زوجي جوزي جوز ريلي رجلي زوجها husband gozi gozy zoji rayli raily
زوجه زوجتي مراتي مرتي حرمتي مراته زوجته wife merati marati zawgti
ابن ابني ولدي وليدي ولد ولاد ابناء ابنا عيل son ebni wildi ibni
ابنه بنتي بنيتي بنت بنات ابنتي daughter benti binti
اب ابويا ابوي والدي الوالد بابا ابي_الاب father abouya aboy
ام امي والدتي الوالده ماما يمه امه mother ommi umi yumma
اخ اخويا اخوي خوي خويا اخ_شقيق brother akhoya akhouy
اخت اختي خيتي sister okhti ukhti
جد جدي سيدي grandfather geddi
جده جدتي ستي تيته يدتي grandmother
حفيد حفيدي حفيده احفاد grandchild grandson granddaughter
عم عمي uncle
عمه عمتي aunt
خال خالي
خاله خالتي
حما حماتي حمايا حماي نسيب نسيبي
اطفال عيال عيالي العيال ولادي اولادي اولاد الاولاد الولاد اطفالي children kids 3yal
مسن مسنين مسنون كبار_السن elderly elders
طلاق divorce tala2
وفاه death wafah
سفر سافر مسافر travel
سجن مسجون محبوس السجن prison
حادث حادثه حوادث accident
حريق حريقه fire
سيول سيل فيضان flood
جمعيه الجمعيه جمعيات charity gam3eya
كبير كبيره كبار big old
صغير صغيره صغار صغيرين small young
"""
NEAR = """
يومي كل_يوم
اسبوعي كل_اسبوع مره_في_الاسبوع
شهري كل_شهر مره_في_الشهر
سنوي كل_سنه مره_في_السنه
قانوني محامي محكمه قضيه
متزوج متزوجه? معي_زوج عندي_زوج مرتبطه مرتبط زوجي_موجود جوزي_موجود عريس عروسه
ارمل زوجي_مات زوجي_توفي زوجي_متوفي زوجي_ميت زوجي_الله_يرحمه زوجه_ماتت زوجه_توفت زوجه_متوفيه زوجي_اتوفي مات_زوج
ارمل توفي_زوج توفت_زوجه زوج_مات زوج_توفي زوج_متوفي زوج_ميت زوج_مرحوم زوج_اتوفي زوج_استشهد مات_زوجي توفي_زوجي
مطلق طلقني طلقت اتطلقت انطلقت تطلقت طلقها طليقي طالق
اعزب مش_متزوج مو_متزوج غير_متزوج لم_اتزوج ما_تزوجت متجوزتش انسه بنت_بنوت ما_تزوج عانس ¬متزوج
منفصل ساب_البيت تارك_البيت هجر زوج_هجر زعلانه
عاطل ¬عمل قاعد_في_البيت قاعده_في_البيت قاعد_بالبيت جالس_بالبيت
ربه_بيت ست_بيت قاعده_في_البيت قاعده_بالبيت
متقاعد علي_المعاش طلعت_معاش خرج_معاش معاش
طالب بدرس يدرس ادرس بتعلم
ملك بيتي بيتنا بيت_ملك بيت_لنا
علاج دكتور مستشفي عمليه كشف دختر طبيب doctor hospital
دوا صيدليه برشام حبوب
سكن بيت شقه
ايجار صاحب_بيت راعي_بيت
عمل مشروع صنعه موظف
طعام تموين عيش رز مواد جوع جعان جوعان ناكل ياكلوا ياكلون نتعشي
دراسات_عليا ماجستير دكتوراه ماستر
بدون_عمل عاطل
مدرسه مصاريف دروس كتب تعليم دراسه رسوم
جامعه كليه معهد
لا_يقرا_ولا_يكتب امي اميه مش_متعلم مش_متعلمه مو_متعلم مو_متعلمه غير_متعلم غير_متعلمه ما_درست جاهل
امي لا_اقرا ما_اقرا لا_يقرا مبيعرفش_يقرا ما_اعرف_اقرا
اب الحاج الوالد
ام الحاجه
زوج بعلي
ابن ضنايا
انثي بنت
ذكر ولد
صباح بدري
مسا بعد_المغرب ليل
حركي مشلول كرسي_متحرك عرج
بصري اعمي كفيف ضرير
سمعي اطرش اصم ابكم
مال كاش مصروف
"""
# What may stand beside the option's word without changing what is chosen.
BESIDE = """
انا احنا إحنا نحن هو هي هم والله الحمدلله الحمد لله يعني بس طبعا اكيد تقريبا حاليا الان دلوقتي الحين حضرتك لو
سمحت سمحتم سمحتوا من فضلك فضلكم يا فندم باشا استاذ عايز عايزه عايزين
عاوز عاوزه محتاج محتاجه محتاجين احتاج نحتاج ابي ابغي نبي نبغي اريد نريد بدي ودي اختار اخترت هختار بختار اختيار
اختياري الاختيار الاجابه اجابتي جوابي هو هي ده دي هذا هذه في من على الى الي ل ب و او عن عندي عندنا لي لنا ليا
لينا
حالتي حالتنا وضعي وضعنا حالته حالتها الحاله الاجتماعيه اهم شي حاجه اكتر اكثر ايوه نعم اه اي ساكن ساكنه ساكنين
نسكن اسكن عايش عايشه عايشين كده جذي بصراحه الصراحه ان شا شاء الله شكرا محافظه مدينه مركز منطقه قريه نوع اعاقه
اعاقات please i am im we the a an my is it want need choose ana e7na 3ayez 3ayza abi
سنه سنوات سنين شهر شهور اشهر يوم ايام سنتين شهرين منذ بقاله بقالي صار لي لها له زمان فتره طويله وقت
وايد واجد هوايه كتير كثير قصدي اقصد عفوا اسف اسفه معلش
"""
# Words that turn the meaning: whatever stands beside them is asked about.
TURNS = (
    "لكن ولكن إلا غير مش مو مب لا ليس ليست لست ما مفيش بدون بلا ماكو مافي ما_في لم لن لسنا مهب مهوب موب no not "
    "but without except dont never كنت كان كانت كنا سابقا قبل بعد اول زمان طلعت بطلت لسه قريبا راح"
)
NEGATIONS = (
    "لا ليس ليست لست مش مو مب مهب موب غير ما بدون بلا مفيش مافيش مافي ماكو لم لن معنديش معندناش ماعندي ماعندنا "
    "no not without msh mesh mish mo mu mafeesh mafish"
)
OTHERS = (
    "غير ذلك|غيرها|غيره|غير كده|غير هذا|غير هيك|شيء آخر|شي آخر|شيء اخر|شي ثاني|شيء ثاني|حاجة تانية|حاجه تانيه|"
    "حاجة ثانية|أخرى|اخرى|آخر|اخر|تاني|ثاني|أشياء أخرى|حاجات تانية|سبب تاني|سبب آخر|سبب ثاني|مكان تاني|مكان آخر|"
    "مكان ثاني|"
    "واحد تاني|نوع تاني|نوع آخر|حد تاني|أحد ثاني|خلاف ذلك|مش موجود في القايمة|مش من دول|ولا واحد من دول حاجة "
    "تانية|other|others|something else|another|else|shay thani|7aga tanya|haga tanya|ghero|غيرهم|حاجه غيرهم"
)
OTHER_NAMES = frozenset(
    {"other", "others", "else", "other_specify", "another", "something_else", "oth", "ukhra", "akhar"}
)
NONE_OF_THEM = (
    "لا شيء|لا شي|ولا شي|ولا شيء|ولا حاجة|ولا حاجه|ولا واحد|ولا واحدة|ولا واحد منهم|لا شيء من هذا|لا شيء منها|لا "
    "يوجد|مفيش|مفيش حاجة|ماكو شي|ماكو|ما في شي|ما عندي شي|محدش|محد|لا أحد|لا احد|ولا أحد|ولا حد|none|none of "
    "them|none of these|none of the above|"
    "nothing|nobody|wala wa7ed|wala 7aga|mafeesh 7aga|ولا اشي|بدون|لا هذا ولا ذاك|ولا دا ولا دا|مفيش حاجة من دي|"
    "لا واحد منها|بلا"
)
NONE_NAMES = frozenset({"none", "nothing", "nothing_else", "nobody", "no_one", "none_of_these", "neither", "zero"})
ALL_OF_THEM = (
    "كلهم|كله|كلها|الكل|جميعهم|جميعها|كل ما ذكر|كل ما سبق|جميع ما ذكر|كل شيء|كل حاجة|كل حاجه|كل شي|الاثنين|"
    "الاتنين|كلاهما|كليهما|الاتنين سوا|all|all of them|both|kolohom|kollohom|everything|كلو|كلن|الجميع|التلاتة|"
    "الثلاثة|الاربعة"
)
UNKNOWN_NAMES = frozenset({"unknown", "dont_know", "do_not_know", "dk", "not_sure", "idk", "unsure", "not_known"})
REFUSAL_NAMES = frozenset(
    {"prefer_not", "prefer_not_to_say", "no_answer", "refused", "refuse", "pnts", "declined", "dont_want", "skip"}
)
LATER_NAMES = frozenset({"later", "not_now"})

# Words that end many names and tell none apart: alone, each is only asked about («آخر» of «على هاتف آخر»).
ENDINGS = (
    "آخر أخرى تاني تانيه ثاني ثانيه غير غيره عندكم عندنا عندي معكم معنا معي لكم لنا لي هنا هناك الان دلوقتي الحين "
    "اليوم غدا جديد جديده قديم قديمه كبير كبيره صغير صغيره كل بعض فقط واحد واحده اول اخير "
    "other another here now today new old one"
)
