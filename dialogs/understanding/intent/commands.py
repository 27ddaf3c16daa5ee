"""How people ask to stop, go back, be helped, leave a question out, begin again or reach a person, in every dialect.

A row is the whole message once greetings, courtesies and forms of address are taken off. Phrases are parted by bars,
other wordings of a part stand in brackets.
"""

from __future__ import annotations

COMMANDED: dict[str, tuple[str, ...]] = {
    "back": (
        (
            "(ارجع/ارجعوا/نرجع/رجوع/الرجوع/رجع/رجعني/رجعوني/رجعنا/رجعونا/ارجعني/ارجعنا/ارجعلي/ردني/ردوني/ردنا/عوده/"
            "العوده/اعود/نعود/اعدني/عد/ترجعني/ترجعوني/ترجعنا/رد/تراجع) (/ورا/لورا/للورا/لوري/وري/للوري/للخلف/"
            "الي الخلف/الي الورا/للورا شويه/خطوه/خطوه ورا/خطوه للخلف/خطوه لورا/شوي/شويه/تاني/للسابق/الي السابق/"
            "للسؤال السابق/الي السؤال السابق/علي السؤال السابق/للي فات/للي قبله/للي قبل/علي اللي قبل/للسؤال اللي فات/"
            "للسؤال اللي قبله/للسؤال اللي قبل/للسؤال اللي قبل كده/علي السؤال اللي قبل/علي السؤال اللي قبله/"
            "علي السؤال اللي فات/السؤال السابق/السؤال اللي فات/السؤال اللي قبله/للصفحه السابقه/للخطوه السابقه/"
            "للسؤال الماضي/للسؤال اللي قبليه)"
        ),
        (
            "(/ل/الي) (السؤال/السوال/الخطوه/الصفحه/للسؤال/للسوال/للخطوه/للصفحه/الاجابه) (السابق/السابقه/اللي فات/"
            "اللي فاتت/اللي قبله/اللي قبليه/اللي قبل/اللي قبل ده/اللي قبل كده/الماضي)"
        ),
        (
            "(السابق/السابقه/سابق/للسابق/اللي فات/اللي قبله/اللي قبليه/اللي قبل كده/اللي قبل ده/للي فات/للي قبله)|"
            "قبله|الخلف|الي الخلف|الي الورا|للورا|وري|لوري|لورا شويه|لورا شوي|ورا شوي|ورا شويه|خطوه (ورا/لورا/للخلف/"
            "للورا/الي الخلف/الي الورا/سابقه)|التراجع|تراجع|اتراجع"
        ),
        "(غلطت/اخطات/غلط) (ارجع/رجعني/اريد الرجوع/عايز ارجع/ابي ارجع)",
        (
            "(go/take me/get/move/step/one step/bring me) (back/backwards) (/please/one/one step/"
            "to the previous question/to the last question)|back (/please/one/one step/to previous/"
            "to the previous question)|(/the/go to/go to the/show/show me the) (previous/prev/last) (/one/question/"
            "step/page)|return|undo that|undo"
        ),
        (
            "(raj3ni/rag3ni/rj3ni/rga3ni/raja3ni/raga3ni/raj3uni/rag3uni/raj3oni/rag3ooni/rajje3ni/ragga3ni/erja3/"
            "irja3/erga3/irga3/arga3/arja3/nerga3/nirja3/nrja3) (/wara/lewara/tani/khatwa)|(rojo3/rojoo3/ruju3/rugu3/"
            "rugoo3/rgoo3/rjoo3/rj3)|(wara/warra/lewara/lawara)|(elly fat/elli fat/ely fat/elli abl/elly 2abl/"
            "elli abloh/el so2al elly fat/elso2al elli fat)"
        ),
    ),
    "help": (
        (
            "(ساعدني/ساعدوني/ساعدنا/ساعدونا/ساعديني/تساعدني/تساعدوني/تساعدونا/يساعدني/مساعده/المساعده/مساعدتي/"
            "مساعدتنا/مساعدتك/مساعدتكم/لمساعده/الي مساعده/الي المساعده/الي مساعدتكم) (/في الاجابه/في السؤال/"
            "في هذا السؤال/في ده)"
        ),
        (
            "(هل/هل يمكن/هل يمكنك/هل يمكنكم/هل تستطيع/هل تقدر/ممكن/تقدر/تقدرون/فيك/فيكم/ممكن حد/ممكن احد/احد/حد/"
            "ابي احد/عايز حد/ابغي احد/محتاج حد/بدي حدا) (مساعدتي/تساعدني/تساعدوني/تساعدونا/يساعدني/يساعدنا/المساعده/"
            "يفهمني/يشرح لي/يشرحلي/التوضيح/الشرح)"
        ),
        (
            "(كيف/ازاي/شلون/شو/وش/ايش/شنو/بماذا/في ماذا) (تساعدني/تساعدوني/تقدر تساعدني/تقدرون تساعدوني/"
            "يمكنك مساعدتي/يمكنكم مساعدتي/تستطيع مساعدتي/ممكن تساعدني)|(ماذا/ايش/وش/شو/شنو) (يمكنك ان تفعل/"
            "تستطيع ان تفعل/تقدر تسوي/تفعل/تقدم/تقدمون/تسوي/تسوون/خدماتكم)|(ما هي/ما/ايه/شنو/وش) (الخدمات/خدماتكم/"
            "خدماتك/الخدمات التي تقدمونها)"
        ),
        (
            "(كيف/ازاي/شلون/اشلون/ازي) (/استخدم/استخدمه/استعمل/استعمله/اجيب/اجاوب/ارد/اكتب/اكتبها/اكتب الاجابه/"
            "اجيب علي السؤال/اجاوب علي السؤال/اسوي/اعمل/اعمل كده/يعمل هذا/يشتغل/تعمل هذه الخدمه/استخدم هذا/"
            "استخدم هذه الخدمه/استخدم الخدمه/استخدم البوت/استخدم البرنامج/يعني/بجاوب/بكتب/اتصرف/اكمل/اختار/نجاوب/نرد/"
            "نكتب)|(اجاوب/ارد/اكتب/اعمل/استخدمه/اختار/اقول/نعمل/نكتب/نرد) (ازاي/كيف/ايه/شنو/وش/شو) (/هنا/هني/دلوقتي/"
            "الحين/طيب)"
        ),
        (
            "(ماذا/ما الذي/ايه/شنو/وش/ايش/شو/اش) (/افعل/علي ان اكتب/افعل الان/اكتب/اكتب هنا/اكتب هني/اسوي/اسوي الحين/"
            "اعمل/بعمل/بكتب/اقول/اقول ايه/نفعل/نكتب/علي ان افعل/يجب ان افعل/المفروض اعمل/المفروض اسوي/اختار/اجاوب/"
            "ارد)|(شسوي/شسوي الحين/شكتب/شكتب هني/شقول/شختار)"
        ),
        (
            "(ما/ايه/شنو/وش/ايش/شو/ما هو) (المطلوب/المقصود/معني هذا/معني ذلك/معني هذا السؤال/معني السؤال/معناها/"
            "معناه/قصدك/قصدكم/قصدكو/هذا/هذا السؤال/ده/السؤال/المفروض/المطلوب مني/المطلوب منا/المقصود بهذا/"
            "المقصود بالسؤال/المقصود بهذا السؤال)"
        ),
        (
            "(المطلوب/المقصود/قصدك/قصدكم/قصدكو/تقصد/تقصدي/تقصدوا/تقصدون/يعني/مطلوب/مطلوب مني/عايزين/عايز/تبون/تبغون/"
            "معناه/معناها/المفروض) (ايه/شنو/وش/ايش/شو/ماذا/ده ايه)"
        ),
        (
            "(ماذا/ايش/وش/شنو/شو/ايه) (تريدون/تريد/تقصدون/تقصد/تعني/تعنون/تبون/تبون مني/تبي/تبغون/تطلبون/يعني/"
            "يعني هذا/يعني هذا السؤال/يعني ذلك/يعني ده)|(شتقصد/شتقصدون/شتبون/شتبي/شنو يعني/شيعني)|يعني (ايه/شنو/وش/"
            "ايش/شو) (/ده/هذا/السؤال/السؤال ده/هذا السؤال/دي/الكلام ده)"
        ),
        (
            "(لم/لا/ما/لم استطع ان/انا لا/انا لم) (افهم/نفهم/افهم السؤال/نفهم السؤال/افهم شيئا/افهم شيء/افهم قصدك/"
            "افهم المطلوب/افهم ما المطلوب/افهم عليك/افهم عليكم/افهم هذا/افهم هذا السؤال)|لست (افهم/فاهما/فاهم/فاهمه)"
        ),
        (
            "(مش/مو/مب/ماني/مهوب/مهب/غير/ما كنت) (فاهم/فاهمه/فاهمين/فاهما) (/شي/شيء/حاجه/خالص/السؤال/السؤال ده/"
            "هذا السؤال/عليك/عليكم/المطلوب/ايه المطلوب/قصدك/قصدكم/الكلام ده/والله/كويس)"
        ),
        (
            "(ما فهمت/ما فهمنا/ما فهمتش/مفهمتش/ما فهمناش/مفهمناش/ما افهم/ما بفهم/ما عم افهم/ما عم بفهم/مبفهمش/"
            "ما فهمته/مفهمتوش) (/شي/شيء/حاجه/خالص/السؤال/السؤال ده/هذا السؤال/عليك/عليكم/المطلوب/قصدك/قصدكم/والله)"
        ),
        (
            "(/هذا/السؤال/الكلام/هذا السؤال/السؤال ده) (مش/مو/مب/غير/ليس) (واضح/واضحا/مفهوم/مفهوما/واضحه) (/عندي/لي/"
            "ليا)|(وين/فين) الشرح"
        ),
        (
            "(اشرح/اشرحوا/اشرحي/وضح/وضحوا/وضحي/فسر/فسروا/فهمني/فهموني/اشرحلي/اشرحولي/وضحلي/وضحولي/فهميني/تشرحلي/"
            "تشرح لي/توضحلي/توضح لي/تفهمني/تشرحون لي/توضحون لي/تشرحوا لي) (/لي/لنا/ليا/السؤال/هذا السؤال/السؤال ده/"
            "لي السؤال/اكثر/لي اكثر/اكتر)"
        ),
        (
            "(توضيح/توضيحا/التوضيح/شرح/الشرح/شرحا/تفسير/توضيح اكثر/شرح اكثر/شرحا اكثر/تعليمات/التعليمات/ارشاد/"
            "ارشادات/الارشادات/دليل/الدليل/دليل الاستخدام/طريقه الاستخدام/معلومات اكثر) (/للسؤال/عن السؤال)"
        ),
        (
            "(مش عارف/مش عارفه/ما اعرف/معرفش/ما ادري/مدري/لا اعرف/لا ادري/مو عارف/مب عارف) (اعمل ايه/اكتب ايه/"
            "اقول ايه/ارد ازاي/اجاوب ازاي/اكتب ازاي/استخدمه/استخدم البرنامج/استخدمه ازاي/كيف اجيب/كيف ارد/كيف اجاوب/"
            "شلون ارد/شلون اجاوب/شسوي/وش اسوي/شنو اسوي/ماذا افعل/ماذا اكتب/شكتب/اختار ايه/كيف استخدمه/ايش اسوي)"
        ),
        (
            "(/please/pls) (help/help me/help us/i need help/i need some help/i want help/i want some help/"
            "we need help/can you help/can you help me/could you help me/can u help/can u help me/"
            "can you please help me/help me out/assist me) (/please/pls)"
        ),
        (
            "(what/how) (can you do/can you help me with/can i ask you/can you help me/can you help/"
            "services do you have/do i write/should i write/do i do/should i do/do i answer/should i answer/"
            "do you mean/does it mean/does this mean/does that mean/is this/is that/to answer/to do/to write/"
            "does this work/does it work/do i use this/do i use it/to use/can i use this/is the meaning/do you want)|"
            "which services do you have"
        ),
        (
            "(i/we) (don t/dont/do not/did not/didn t/can t/cannot) (understand/get it/understand this/"
            "understand the question/understand it/understand you)|(don t/dont/not) (understand/clear/get it/"
            "understood)|(it is/it s/its/this is/the question is) (not clear/unclear)|unclear|(explain/"
            "please explain/explain please/explain the question/explain it/explain more/clarify/instructions/sos/"
            "pardon/huh/guide)"
        ),
        (
            "(sa3edni/sa3idni/sa3dni/sa3edny/sa3idny/sa3edoni/sa3idoni/sa3dooni/sa3dony/sa3edona/saa3dni/saa3edni)|"
            "(mosa3da/musa3da/mosa3ada/musa3ada/musa3adah/mosa3adah)|(msh/mesh/mish/mosh/mo/mu/mub) (fahem/fahim/"
            "fahma/fahmeen/fahm) (/7aga/shay/shai/el so2al)|(mafhmt/ma fhmt/ma fahamt/ma fehemt/mafhemt/mafhimt/"
            "mafhemtsh/mafhemtesh/mafhmtsh/mafhimtish/ma fhemt shay)|(msh/mesh/mish/mo/mu) (wade7/wadi7/wa9e7)|(ezay/"
            "ezzay/izay/izzay/ezzai/shlon/shloon/eshlon/keef/kif)|ya3ni (eh/eih/shno/shnu/shu/aish)|y3ni eh|(eh/shno/"
            "shnu/shu/aish/wesh/wish) (da/ya3ni/hatha/almatloob/el matlob)|(a3mel/3mel/aktb/akteb/a2ol) (eh/eih)|"
            "(shasawi/shaswi/shaktib/shno asawi/wish asawi/aish asawi)"
        ),
    ),
    "skip": (
        (
            "(تخطي/تخطى/تخط/اتخطي/نتخطي/تخطيه/تخطيها/التخطي/تجاوز/تجاوزه/اتجاوز/نتجاوز/فوت/فوتوا/فوته/فوتها/فوتني/"
            "نفوت/نفوته/عدي/عديه/عديها/عدوا/عديلي/نعدي/نعديه/نعديها/نط/نطه/نطها/طوف/طوفه/طوفها/طوفوا/مرر/مرره/اترك/"
            "اتركوا/اترك لي/اتركه/سيب/سيبوا/سيبه/سيبك من/مشي/مشيها/مشيه/خلي/خلوا/بلاش/كنسل) (السؤال/هذا السؤال/"
            "السؤال ده/ده/هذا/هذي/هذه/دي/السوال/هالسؤال/هالسوال/السؤال هذا/هذا الان/للتالي/للي بعده)"
        ),
        (
            "(اعدي/اعديه/اعديها/افوت/افوته/اطوف/اطوفه/نطوف/اتجاوزه/اعدي السؤال/افوت السؤال/اطوف السؤال/اتخطي السؤال/"
            "اتخطي السؤال ده/اعدي السؤال ده/افوت السؤال ده)|(هاتلي/هات لي/ندخل علي/نروح علي) (اللي بعده/غيره/"
            "اللي بعديه)|(تخطي/تخط/اتخطي/نتخطي/تخطيه/تخطيها/التخطي/تجاوز/اتجاوز/نتجاوز/فوت/فوته/فوتها/فوتني/نفوت/"
            "نفوته/عدي/عديه/عديها/نعدي/نعديه/نعديها/نط/نطه/طوف/طوفه/طوفها/طوفوا/مرر/مرره/مشيها/مشيه)"
        ),
        (
            "(انتقل/الانتقال/انتقلوا/ننتقل/روح/نروح/هات/وديني/اذهب) (/الي/علي/ل) (/السؤال/السوال/للسؤال/"
            "السؤال) (التالي/للتالي/اللي بعده/للي بعده/اللي بعديه/غيره/تاني/الجاي)|انتقل"
        ),
        (
            "(/الي/للسؤال/الي السؤال/السؤال/السوال/هات السؤال) (التالي/اللي بعده/اللي بعديه/اللي بعدو/اللي بعدها/"
            "اللي بعد كده/اللي بعد ده/اللي عقبه/اللي وراه/الذي بعده/الذي يليه/اللي يليه)|السؤال (الجاي/الثاني/"
            "القادم)|(سؤال/السؤال) (تاني/غيره/غير ده/اخر/ثاني/جديد)|(ما بعده/غيره/هات غيره/بعديه)"
        ),
        (
            "(مش عايز/مش عايزه/مش عايزين/مش عاوز/مش عاوزه/مش عاوزين/مش حابب/مش حابه/مش حاب/ما ابي/ما ابغي/ما ابغا/"
            "ما نبي/ما نبغي/ما ودي/ما بدي/ما بدنا/ما احب/ما بغيت/ما ابيه/ما اريد/لا اريد/لا نريد/لا ارغب/لا نرغب/"
            "لا اود/لا احب/لا افضل/مو حاب/مب حاب/مو عايز/مب عايز) (اجاوب/ارد/اقول/اجيب/الاجابه/ان اجيب/ان اجاوب/"
            "ان ارد/ان اقول/الرد/الافصاح/افصح/بالاجابه/في الاجابه/جاوب/احكي/اتكلم في ده/نجاوب/نرد/نقول/ان نجيب)"
        ),
        (
            "(مش عايز/مش عايزه/ما ابي/ما ابغي/لا اريد) (السؤال ده/هذا السؤال/هالسؤال)|(مش/لن/ما راح/مو) (هجاوب/هرد/"
            "هقول/هنجاوب/اجيب/اجاوب/ارد/اقول) (/علي ده/علي السؤال ده/علي هذا السؤال)"
        ),
        (
            "(افضل/نفضل) (عدم الاجابه/عدم الرد/عدم الافصاح/الا اجيب/ان لا اجيب/ما اجاوب/ما ارد/ما اقول/السكوت)|(بدون/"
            "من غير/بلا/لا) (اجابه/جواب/رد/تعليق)|(/هذا/ده/هذه/دي) (/سؤال/شي/شيء/موضوع/امر/امور/حاجه) (خاص/خصوصي/"
            "شخصي/خاصه/شخصيه)|(خصوصيه/خصوصي/شخصي/ليس من شانكم/ما يخصكم/ملكمش دعوه/ما لكم شغل)"
        ),
        (
            "(لا اعرف/لا نعرف/ما اعرف/ما نعرف/ما بعرف/ما منعرف/معرفش/ما اعرفش/معرفهاش/معرفوش/معرفهوش/منعرفش/ما نعرفش/"
            "بعرفش/لا اعلم/لا نعلم/لا ادري/لا ندري/ما ادري/ما ندري/مدري/مادري/لست ادري/لست اعرف/لست اعلم/مش عارف/"
            "مش عارفه/مش عارفين/مو عارف/مو عارفه/مو عارفين/مب عارف/مب عارفه/ماني عارف/ماني عارفه/مهوب عارف/غير عارف/"
            "ما اعلم/مدرى/ما دريت) (/والله/الصراحه/بالضبط/بالظبط/خالص/ابدا/الاجابه/الجواب/بصراحه/دلوقتي/الحين/الان/"
            "كم/عنه/حاجه/شي/اجاوب/ارد/ده/هذا)"
        ),
        (
            "(لا اتذكر/لا اذكر/لا نتذكر/ما اتذكر/ما اذكر/ما نذكر/مش فاكر/مش فاكره/مش فاكرين/مو متذكر/مو ذاكر/مفتكرش/"
            "ما افتكرش/ما بتذكر/ناسي/ناسيه/نسيت) (/والله/الان/الحين/دلوقتي/بالضبط/بالظبط)"
        ),
        (
            "(مش/مو/مب/لست/غير/ماني/ليس) (متاكد/متاكده/متاكدا/متاكدين/متيقن/واثق) (/من الاجابه/من ده/والله)|"
            "(غير معروف/مجهول/الله اعلم/الله العالم/علمي علمك/العلم عند الله/لا علم لي/لا علم لدي/لا فكره لدي/"
            "لا فكره لي/لا فكره عندي/ربنا اعلم/ربك اعلم/ربنا يعلم/الله يعلم)"
        ),
        (
            "(ليس لدي/ليس عندي/ما عندي/ما عندنا/معنديش/ما عنديش/معندناش/ماعندي/ليس لدينا/ما معي) (/اي) (فكره/علم/خبر/"
            "معلومه/معلومات/جواب/اجابه/رد) (/عن ذلك/عن هذا/عن الموضوع/والله)"
        ),
        (
            "(لاحقا/فيما بعد/بعدين/بعد شوي/وقت تاني) (/بقي/اجاوب/اجيب/ارد/اقول/اقولكم/هقول/هجاوب/هرد/ان شاء الله)|"
            "(ساجيب/اجيب/اجاوب/نجاوب/هجاوب/هقول/هرد/بجاوب/اقولكم/نتركه/نتركها/نخليها/خليها/خليه/خله/خلها/خلوها/خلوه/"
            "اتركها/اتركه/سيبها/سيبه/نسيبها/نأجله/نأجلها/اجله/اجلها/تاجيل) (بعدين/لاحقا/فيما بعد/وقت تاني/لوقت تاني/"
            "لبعدين/لوقت لاحق/لحين)"
        ),
        (
            "(skip/pass) (/it/this/that/this one/this question/the question/question/please/to next/"
            "to the next question) (/please)|please (skip/pass) (/this/this question)|(next/go next/go to next/"
            "move on/the next/go to the next) (/one/question/please/one please)|omit|leave it|leave this"
        ),
        (
            "(i/we) (don t/dont/do not/didn t/can t/cannot) (/really) (know/remember/recall/want to answer/"
            "want to say/wish to answer/have an answer/like to answer/know the answer)|(don t/dont/do not) (know/"
            "remember/want to answer/want to say)|(dunno/i dunno/no idea/i have no idea/have no idea/unknown/unsure/"
            "not sure/i m not sure/i am not sure/im not sure/i forgot/forgot/no answer/no comment/not applicable/"
            "none of your business/it is private/private/personal)"
        ),
        (
            "(i/i d/i would/we/) (prefer not to say/prefer not to answer/prefer not to/rather not say/"
            "rather not answer/rather not)|(later/maybe later/answer later/ask me later/i will answer later/"
            "not now later)"
        ),
        (
            "(3adi/3addi/3ady/3adeha/3addeeha/3adih/fawet/fawwet/fawt/fawato/fawetha/faweto/tawef/tawwef/6awef) (/"
            "el so2al/elso2al/da/dah)|(el/elly/elli/ely/eli/illi/ili) (ba3do/ba3doh/ba3da/ba3deh/ba3dha/b3do)|"
            "(el so2al elly ba3do/so2al tani/el tali/eltali/altali/etali)"
        ),
        (
            "(ma adri/maadri/madri/ma2adri/mdri/mdry/madry/ma a3ref/ma a3raf/ma3ref/ma a3rif/ma ba3ref/maba3rif/"
            "ma ba3rif/ma3rafsh/ma3rfsh/ma3refsh/m3rfsh/ma3rafch/m3rafsh/ba3refsh) (/wallah/walla)|(msh/mesh/mish/"
            "mosh/mo/mu/mub) (3aref/3arif/3arfa/3rfa/3arfeen/mota2aked/mit2akid/faker)|(tkhatti/takhatti/takhaty/"
            "takhati/ta5ati/ta5atty/ta5ty/t5ty/t5ati/tajawaz/tagawaz/tjawaz)|(ba3deen/ba3den/b3deen/ba3dein)|"
            "(allah a3lam/allahu a3lam)"
        ),
    ),
    "restart": (
        (
            "(/كله/كلها/يلا/خلينا/خلونا/تاني/مره تانيه/رجعني/رجعنا/ارجع/ارجعلي/نرجع/ارجعني/رجوع/الرجوع/العوده/عوده/"
            "اعود/نعود/اعدني/ردني/ابدا/ابدأ/ابداوا/ابتدي/نبدا/نبتدي/نبتدا/بدايه/بدا/البدا/البدء/اعاده/الاعاده/اعد/"
            "اعيد/نعيد/نعيدها/عيد/عيدها/عيدوا/اعيدها/اعدها/ان ابدا/ان اعيد/ان نبدا/نبلش/ابلش) (من الاول/من اول/"
            "من الاول تاني/من الاول مره تانيه/من جديد/من البدايه/من الصفر/من اول وجديد/من اول و جديد/من اول السطر/"
            "من نقطه الصفر/من بدايه/من السوال الاول/من اول سوال)"
        ),
        (
            "(رجعني/رجعنا/ارجع/ارجعوا/نرجع/ارجعني/رجوع/الرجوع/العوده/عوده/اعود/نعود/اعدني/ردني/وديني/روح) (للاول/"
            "للبدايه/الي البدايه/الي الاول/لاول سوال/لاول السوال/لاول/الي اول سوال/الي السوال الاول/للسوال الاول/"
            "للصفر/لاول واحد)|الي البدايه|للبدايه|(اول سوال/السوال الاول)|(اعاده/نعيد/اعيد/الاعاده/نعيدها/اعيدها/"
            "عيدها)|(اعد/اعاده/نعيد/اعيد/عيد/الاعاده/اعادة/نعيدها/اعيدها/عيدها) (البدء/البدا/تشغيل/التشغيل/المحاوله/"
            "الاسيله/الطلب/الاستبيان/كل حاجه/كله/كل شي)|نعيدها|اعيدها|(امسح/امسحوا/الغ) (/كله/الكل/كل شيء/"
            "كل حاجه) (وابدا/ونبدا/ونبتدي/وابتدي) من (جديد/الاول/البدايه)|بدايه جديده|(ابدا/نبدا/ابتدي/نبتدي) (تاني/"
            "مره تانيه/مره اخري)"
        ),
        (
            "(/start/begin/go/go back/restart/start over/start again/ok/let s start/redo it) (from the beginning/"
            "from the start/from scratch/from zero/all over/over again/from beginning/at the beginning/"
            "to the beginning/to the start)|(restart/re start/start over/start again/begin again/reset/redo/"
            "new start/fresh start/start afresh/first question) (/please/now)"
        ),
        (
            "(/nebda2/abda2/nabda2/ebda2/ebda/nebda/3eed/n3eed/raj3ni/rag3ni/yalla/nerga3/irja3/erga3) (men/mn/"
            "min) (el awel/elawel/elawl/el2awel/al awal/alawal/awel w gded/awel w gdeed/awwal w jdeed/gded/gdeed/"
            "gedeed/jdeed/jdid/jadeed/el bedaya/elbedaya/al bidaya/albidaya/el bidaya/elsefr/el sefr/awal/awel)|"
            "(lel awel/lel bedaya/lil bidaya/lelbedaya/lil awal)"
        ),
    ),
    "stop": (
        (
            "(توقف/توقفوا/توقفي/قف/قفوا/اوقف/اوقفوا/ايقاف/الايقاف/التوقف/وقف/وقفوا/وقفي/اتوقف/ان اتوقف/ان اوقف/اوقفه/"
            "بطل/بطلوا/بطلي/كفايه/كفايا/كفي/انسحاب/الانسحاب/انسحب/خروج/الخروج/اخرج/انهاء/انها/الانهاء/انهي/الغاء/"
            "الالغاء/الغا/ستوب/سكروا/سكروه/سكر الموضوع/خلصونا/انسحبت) (/كده/بقي/بقا/الان/حالا/خلاص/فورا/عاد/الكل)"
        ),
        (
            "(بس/خلاص) (كفايه/كفايا/بطلوا/بطل/وقفوا/وقف/خلاص/اوقفوا/توقفوا) (/بقي/بقا/كده)|(بس/خلاص) (بقي كفايه/"
            "كفايه بقي/كفايه كده)|كفايه كده رسايل|بسكم|بسكم رسايل|(بكفي/بيكفي/كفايه خلاص)"
        ),
        (
            "(ازعاج/ازعجتونا/ازعجتوني/اذيتونا برسايلكم/زهقتونا/ارحمونا/اعتقونا/اعتقوني/فكونا/فكوني/حلوا عنا/حلوا عني/"
            "هدوني/هدونا/خلصوني) (/من رسايلكم/من الرسايل/من الرسائل/بقي/عاد)"
        ),
        (
            "(اوقف/الغي/اوقفوا/توقف/ان توقفوا/ان اوقف/ايقاف/الغاء/التوقف عن/وقف/توقفون/توقفوا/تلغوا/تلغون/الغا) (/"
            "استقبال/استلام/ارسال/كل) (الرسايل/الرسائل/رسايلكم/الاشتراك/اشتراكي/المسجات/الاشعارات/الخدمه/التسجيل/"
            "اشتراكنا/المراسله)|ازاله|ازالتي|حذف رقمي|حذف اسمي"
        ),
        (
            "مش (عايز/عايزه/عاوز/عاوزين/عايزين) (حاجه منكم/منكم حاجه)|ما (ابي/نبي/ابغي) (شي منكم/منكم شي)|"
            "لا اريد (شيئا منكم/منكم شيئا)"
        ),
        (
            "(stop/stopp/stopall/unsub/unsubscribe/opt out/optout/cancel/end/quit/exit/leave me alone/that s enough/"
            "thats enough/enough/cancel all/cancel subscription/cancel my subscription/end chat/end conversation/"
            "end this/stop رسايل/stop الرسايل/close chat) (/please/now)"
        ),
        (
            "(kfaya/kefaya/kifaya/kfaia) (/ba2a/rasayel/keda/kda/5alas)|(bas/khalas/5alas/5las) (kfaya/kefaya/kifaya/"
            "batalo/wa2fo)|(batal/battal/batalo/battalo/batalu/battel/battelo/battlo) (/teb3at/teb3ato/teb3atu/tb3to/"
            "rasayel/el rasayel/ba2a)|(wa2af/wa2f/wa2ef/wa22af/wa2afo/wa2efo/wa22afo/wa2fo/wa2fu/waqef/waqfo/waqqef/"
            "wagfo/wagef) (/el rasayel/elrasayel/rasayel/ba2a)"
        ),
        (
            "(matb3atosh/mateb3atosh/matib3atosh/mtb3tosh/matb3tosh/mateb3atoosh/matb3atolish/mateb3atolish/"
            "matib3atolish) (/tany/tani/7aga/rasayel)|(msh/mesh/mish/mosh) (3ayez/3ayza/3awez/3awza) (rasayel/rasael/"
            "rasa2el/messages)|(ma abi/mabi/ma abgha/ma nabi) (rasayel/rasail/rasael/rsayel/msgat)|la (trsloon/"
            "tersloon/tersiloon/trsiloon/tdizoon/tedezon/tdezoon/tarshoon/trslo)"
        ),
        (
            "(sheeloni/shiloni/shelony/sheelouni/shelooni/sheelo ra2mi/shilo ra2mi/sheel ra2mi)|(e7zefni/e7zifni/"
            "i7zifni/e7zefoni/i7thifni/i7thfooni/e7thefni/e7thfoni)|(sakro/sakroo/sakkro/sakkroo)|(fokoni/fokoona/"
            "fokooni/fkoni)|(el8a2/elgha2/ilgha2/alghi/el3'a2)|(tawaqaf/tawaqafo/tawa2af/tawa2afo/tawa9af/tawakaf)"
        ),
    ),
    "human": (
        "(موظف/موظفه/الموظف/الموظفه/موظفين/الموظفين/شخص حقيقي/شخص/انسان)",
        (
            "(real person/real human/a real person/person/human/customer support/customer service/support/live chat/"
            "el mowazaf/elmowazaf/rep/sales rep/customer care)"
        ),
    ),
}
