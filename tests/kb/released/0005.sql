BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0005');
CREATE TABLE article (
	id INTEGER NOT NULL, 
	slug VARCHAR(100) NOT NULL, 
	title TEXT NOT NULL, 
	url TEXT, 
	author TEXT, 
	published_on DATE, 
	language VARCHAR(35), 
	licence TEXT, 
	text TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	rater_id INTEGER, 
	graded_on DATE, 
	content_hash VARCHAR(64) NOT NULL, 
	batch_id INTEGER, 
	CONSTRAINT pk_article PRIMARY KEY (id), 
	CONSTRAINT fk_article_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_article_rater_id FOREIGN KEY(rater_id) REFERENCES person (id), 
	CONSTRAINT uq_article_slug UNIQUE (slug)
);
INSERT INTO "article" VALUES(1,'kratom-autoimmune','Kratom and autoimmune conditions',NULL,NULL,NULL,'en',NULL,'Kratom, an evergreen tree native to Southeast Asia, has gained attention for its potential role in managing autoimmune conditions, offering a natural approach to symptom relief. Autoimmune conditions, such as rheumatoid arthritis, lupus, and multiple sclerosis, occur when the immune system mistakenly attacks healthy cells, leading to chronic pain, inflammation, and a range of debilitating symptoms. Traditional treatments often involve a combination of pharmaceuticals, physical therapy, and lifestyle changes, but these can sometimes fall short in providing relief or come with significant side effects. This is where kratom, derived from the leaves of the Mitragyna speciosa tree, comes into play. Kratom contains several active compounds, most notably mitragynine and 7-hydroxymitragynine, which interact with the body’s opioid receptors and may have anti-inflammatory and analgesic properties. This interaction suggests that kratom could potentially help alleviate pain and reduce inflammation, which are hallmark symptoms of autoimmune conditions. For instance, the anti-inflammatory effects of kratom may help mitigate the chronic inflammation associated with autoimmune disorders, potentially leading to improved joint function and reduced pain for individuals with conditions like rheumatoid arthritis.
Furthermore, kratom’s potential to provide symptom relief extends beyond just pain and inflammation. Its effects on mood and energy levels may also be beneficial for individuals struggling with best kratom autoimmune conditions. Many people with autoimmune disorders experience fatigue and mood disturbances, which can significantly impact their quality of life. Kratom’s stimulating properties, in lower doses, may help boost energy levels and improve mood, offering a supportive role in managing these symptoms. However, it is important to approach kratom with caution. Despite its promising potential, kratom use is not without risks. The compound can have side effects, including nausea, constipation, and dependency issues. Additionally, the legal status of kratom varies by region, and its use is still a subject of ongoing research and regulatory scrutiny. Therefore, while kratom may offer a natural alternative or adjunct to traditional treatments, it should be used under medical supervision, particularly in individuals with autoimmune conditions who may already be managing complex treatment regimens.
Moreover, comprehensive research into kratom’s efficacy and safety is still needed. Much of the existing evidence is anecdotal or based on preliminary studies, and the long-term effects of kratom use are not well understood. Therefore, individuals considering kratom as a treatment option should consult with healthcare professionals to weigh the potential benefits against the risks and to ensure that it fits appropriately within their overall treatment plan. In summary, while kratom presents an intriguing natural approach to managing autoimmune conditions, offering potential benefits in pain relief, inflammation reduction, and mood swings, its use must be carefully considered and monitored. As research progresses, a clearer understanding of kratom’s role in autoimmune management may emerge, potentially providing a valuable tool for those seeking alternative options in their healthcare journey.','6cf802ed7bde33c2225857aa7e8d37e9a4001d743f909821a7276de08f8f4556',1,'2026-11-22','556f2cb3147fe7419bd8879d08eac71f45029899e5cf25b0184605282043e209',3);
CREATE TABLE article_caveat (
	article_id INTEGER NOT NULL, 
	caveat_id INTEGER NOT NULL, 
	CONSTRAINT pk_article_caveat PRIMARY KEY (article_id, caveat_id), 
	CONSTRAINT fk_article_caveat_article_id FOREIGN KEY(article_id) REFERENCES article (id), 
	CONSTRAINT fk_article_caveat_caveat_id FOREIGN KEY(caveat_id) REFERENCES caveat (id)
);
CREATE TABLE attempt (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	account VARCHAR(64) NOT NULL, 
	address VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_attempt PRIMARY KEY (id)
);
CREATE TABLE audit_result (
	run_id INTEGER NOT NULL, 
	rule VARCHAR(3) NOT NULL, 
	severity VARCHAR(10) NOT NULL, 
	count INTEGER NOT NULL, 
	statements BLOB NOT NULL, 
	CONSTRAINT pk_audit_result PRIMARY KEY (run_id, rule, severity), 
	CONSTRAINT fk_audit_result_run_id FOREIGN KEY(run_id) REFERENCES audit_run (id)
);
CREATE TABLE audit_run (
	id INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR(200) NOT NULL, 
	milliseconds INTEGER NOT NULL, 
	seen INTEGER NOT NULL, 
	counts JSON NOT NULL, 
	CONSTRAINT pk_audit_run PRIMARY KEY (id)
);
CREATE TABLE batch (
	id INTEGER NOT NULL, 
	file TEXT NOT NULL, 
	sha256 VARCHAR(64) NOT NULL, 
	kind VARCHAR(20) NOT NULL, 
	origin VARCHAR(100), 
	mapping VARCHAR(100), 
	counts JSON NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	actor VARCHAR(200) NOT NULL, 
	at DATETIME NOT NULL, 
	CONSTRAINT pk_batch PRIMARY KEY (id), 
	CONSTRAINT ck_batch_state_known CHECK (state IN ('applied', 'undone'))
);
INSERT INTO "batch" VALUES(1,'c.json','e06459daba95f80aedc654d0dd1b9bb51daa57843532358da18ff296c8fb70e9','citations',NULL,NULL,'{"new": 26, "changed": 0, "unchanged": 0}','applied','an import','2026-11-20 12:00:00.000000');
INSERT INTO "batch" VALUES(2,'v.json','3cceb175668303ba9e56841d9c1e88e02cefbcf744b30e702b22812fdc29ebea','caveats',NULL,NULL,'{"new": 25, "changed": 0, "unchanged": 0}','applied','an import','2026-11-20 12:01:00.000000');
INSERT INTO "batch" VALUES(3,'article.toml','eb9f8623644b39f300b835ce9674c32ce4f89590b2100c93dd5aea690badc662','article',NULL,NULL,'{"new": 1, "changed": 0, "unchanged": 0}','applied','an import','2026-11-20 12:02:00.000000');
INSERT INTO "batch" VALUES(4,'s.jsonl','9e790778113397b61d4a504db467b5ac3966bd720cdde8d4f4ac529e88ac7ed5','statements',NULL,NULL,'{"new": 5, "changed": 0, "unchanged": 0}','applied','an import','2026-11-20 12:03:00.000000');
CREATE TABLE caveat (
	id INTEGER NOT NULL, 
	code VARCHAR(60) NOT NULL, 
	severity VARCHAR(10) NOT NULL, 
	kind VARCHAR(10) NOT NULL, 
	text TEXT NOT NULL, 
	as_of DATE, 
	content_hash VARCHAR(64) NOT NULL, 
	batch_id INTEGER, 
	CONSTRAINT pk_caveat PRIMARY KEY (id), 
	CONSTRAINT ck_caveat_kind_known CHECK (kind IN ('evidence', 'safety', 'wording', 'legal', 'source')), 
	CONSTRAINT ck_caveat_severity_known CHECK (severity IN ('warning', 'caution', 'note')), 
	CONSTRAINT fk_caveat_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT uq_caveat_code UNIQUE (code)
);
INSERT INTO "caveat" VALUES(1,'no-autoimmune-trial','caution','evidence','No clinical trial of kratom in rheumatoid arthritis, lupus, multiple sclerosis or any other autoimmune disease was found.',NULL,'264a7d2d60ac9cc536ac5c1377790a0370156047d4328e9ec1636ea99f8fb3be',2);
INSERT INTO "caveat" VALUES(2,'preclinical-only','caution','evidence','In vitro and animal data only; cell-line and rodent results do not establish an effect in people.',NULL,'dad872f09ea8c997104705deb6f6f3f208306585de027064d75c4fb6155a76cf',2);
INSERT INTO "caveat" VALUES(3,'indirect-population','caution','evidence','Human evidence comes from healthy volunteers or self-selected kratom users, not from people with autoimmune disease.',NULL,'01a234f0cfcb187a6d1ec192de9e05a9e30a92ff9282e665d1f322aa24401b66',2);
INSERT INTO "caveat" VALUES(4,'small-trial','caution','evidence','The one placebo-controlled pain study has 26 participants, all male and all daily kratom users, an experimental cold-pain outcome at one hour and a very wide spread (SD 39.4 s).',NULL,'84892f0c36818810e03a41b389328cf38cb963d0c02b12bc9458bbc747f1ce37',2);
INSERT INTO "caveat" VALUES(5,'self-report','caution','evidence','Self-reported by self-selected users, without a comparator; satisfied users are over-represented.',NULL,'f545d226dbf9e5bd0790c957c8c384776141031b88bdf19078245eb8bb860cf6',2);
INSERT INTO "caveat" VALUES(6,'inconsistent','caution','evidence','Findings conflict: a crude kratom extract did not inhibit COX-2 or 5-LOX where an alkaloid-enriched extract did, and the enriched extract was toxic to the cells at higher concentration.',NULL,'fd94096f0478f684d5d5137a9f5ce93297114396086043eb902aa0c2841d95d8',2);
INSERT INTO "caveat" VALUES(7,'mechanism-not-outcome','caution','evidence','A receptor or enzyme effect is not a patient outcome; the certainty given is about the mechanism, never about benefit.',NULL,'5dd0077b705a0f8a9a3709612fa45d2a17c79b60c7aca8b84bc5b9cded4b3516',2);
INSERT INTO "caveat" VALUES(8,'non-sequitur','caution','wording','Opioid-receptor binding does not by itself imply an anti-inflammatory effect; the two are different mechanisms in the sources.',NULL,'df8d6c3b497f31599b00e7256f7d4aa0543e8fc625a356ea1f033f133062353e',2);
INSERT INTO "caveat" VALUES(9,'dependence','warning','safety','Dependence, withdrawal and use disorder are reported in regular users.','2026-11-22','5d61d0427685498ee0a4385964011f32ecd21d9ba825df335918ceb872e40c3a',2);
INSERT INTO "caveat" VALUES(10,'liver','warning','safety','Liver injury with jaundice is documented in case series and case reports.','2026-11-22','5b89fcec4e78ca63b0c25be805e9f929c37088bd2807b346a7cd1d83224bd8cf',2);
INSERT INTO "caveat" VALUES(11,'cyp','warning','safety','Drug interactions: CYP2D6 and CYP3A inhibition in vitro; in the one clinical study seen (2 g tea, 12 people) CYP3A exposure rose 1.39-fold and CYP2D6 was unchanged. Immunosuppressants that are CYP3A substrates were not studied there.','2026-11-22','59b032d69c9c95ff9f3ad84be20a01a620f3cd43f7500b442f9483c29fc21bef',2);
INSERT INTO "caveat" VALUES(12,'contamination','warning','safety','Contamination and adulteration: microbes and toxic metals in retail products, a 2018 Salmonella outbreak, and products with added or concentrated 7-hydroxymitragynine. Infection matters more to people taking immunosuppressants.','2026-11-22','dcc39bdb04cbea57d01b0e1b823ea42e605222467d2a297b30e55d765ec3affd',2);
INSERT INTO "caveat" VALUES(13,'product-variability','caution','safety','Alkaloid content varies widely between products (mitragynine 3.9 to 62.1 mg/g in one sample of eight); leaf, extract and concentrated 7-hydroxymitragynine are not interchangeable.','2026-11-22','341069a62668709934cf1ef43d76ddc33e3faa4fd839df7351c894c672dee4f2',2);
INSERT INTO "caveat" VALUES(14,'serious-events','warning','safety','Seizure, respiratory depression, coma and deaths are reported, most often with other substances.','2026-11-22','568724e8c30d03a50f2ccee55780f0166523f327fa3d5171a8d307d6614d7c08',2);
INSERT INTO "caveat" VALUES(15,'not-approved','warning','legal','Not approved by the FDA for any use (secondary sources); legal status varies by country and by US state.','2026-11-22','3a0ce94c21a8c424926d1f268773a416c24345f2b7409084e5699a9641bec210',2);
INSERT INTO "caveat" VALUES(16,'time-sensitive','caution','legal','Legal and regulatory facts change: give the jurisdiction and the date, and re-check before publication.','2026-11-22','bf69a72772ab75cb650ce8b98b0eba91115b887a5032cee181af1c9e601936aa',2);
INSERT INTO "caveat" VALUES(17,'do-not-replace','warning','safety','Not a substitute for disease-modifying treatment; delaying it can cause irreversible damage.','2026-11-22','8a925650d7ec613ab3486407addd76ad33dd07b950c52dbc99af53b96969c327',2);
INSERT INTO "caveat" VALUES(18,'heterogeneous','caution','evidence','''Autoimmune conditions'' covers many different diseases; evidence for one does not carry over to another.',NULL,'5fcffa956ddc107bf0707d10662a726de55c517da56561a9d076a45967c867b1',2);
INSERT INTO "caveat" VALUES(19,'over-general','note','wording','As worded the statement names no intervention, comparator or outcome, so a certainty cannot be attached to it.',NULL,'e5bf65e709f86217d37ac9724bd06b5f8141f4a93de5212c49d060bf3c14a50f',2);
INSERT INTO "caveat" VALUES(20,'marketing','note','wording','Promotional wording; the clause carries no checkable fact of its own.',NULL,'bfa6eef31af6d8f5e53aa7813283dc5734da2c3535b25cad4ae750a1c36aabfe',2);
INSERT INTO "caveat" VALUES(21,'keyword-stuffing','note','wording','The source sentence contains the marketing phrase ''best kratom autoimmune conditions'', which is not English prose; provenance keeps it, the statement drops it.',NULL,'100a0475eab1524566ec5473594cc0d8d744efa8b5bc2fe569a2493367566f7e',2);
INSERT INTO "caveat" VALUES(22,'term-error','note','wording','Terminology: kratom is a plant product with dozens of alkaloids, not a single compound.',NULL,'ed2d7c03954ab25fa04d3208cdb77d888e704138acd8493e4d406558114512b8',2);
INSERT INTO "caveat" VALUES(23,'needs-source','note','source','True in general terms but no source was read for it: leave the citation slot empty until one is.',NULL,'80c34332d5c0504b404bad6d280c7310ada2766a38e9a83ae9f42e5658453ca9',2);
INSERT INTO "caveat" VALUES(24,'forecast','note','wording','A prediction about future research; no evidence can grade it now.',NULL,'abe6c6bc73c7e9d2236f07c193e5779650b7599c5e305f06660d8a933d0b7956',2);
INSERT INTO "caveat" VALUES(25,'unsafe-implication','warning','safety','Listing only mild effects understates the harms: liver injury, interactions, seizures and contamination are omitted by the article.','2026-11-22','8a549377deefefb32b1e44330a6f920df5322ccec7de82633b014ada3ec777fa',2);
CREATE TABLE caveat_citation (
	caveat_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	citation_id INTEGER NOT NULL, 
	CONSTRAINT pk_caveat_citation PRIMARY KEY (caveat_id, position), 
	CONSTRAINT fk_caveat_citation_caveat_id FOREIGN KEY(caveat_id) REFERENCES caveat (id), 
	CONSTRAINT fk_caveat_citation_citation_id FOREIGN KEY(citation_id) REFERENCES citation (id)
);
INSERT INTO "caveat_citation" VALUES(1,1,17);
INSERT INTO "caveat_citation" VALUES(2,1,2);
INSERT INTO "caveat_citation" VALUES(4,1,4);
INSERT INTO "caveat_citation" VALUES(5,1,9);
INSERT INTO "caveat_citation" VALUES(5,2,19);
INSERT INTO "caveat_citation" VALUES(6,1,24);
INSERT INTO "caveat_citation" VALUES(9,1,7);
INSERT INTO "caveat_citation" VALUES(9,2,8);
INSERT INTO "caveat_citation" VALUES(10,1,5);
INSERT INTO "caveat_citation" VALUES(10,2,6);
INSERT INTO "caveat_citation" VALUES(11,1,16);
INSERT INTO "caveat_citation" VALUES(11,2,15);
INSERT INTO "caveat_citation" VALUES(12,1,25);
INSERT INTO "caveat_citation" VALUES(12,2,14);
INSERT INTO "caveat_citation" VALUES(12,3,22);
INSERT INTO "caveat_citation" VALUES(13,1,14);
INSERT INTO "caveat_citation" VALUES(14,1,11);
INSERT INTO "caveat_citation" VALUES(14,2,12);
INSERT INTO "caveat_citation" VALUES(14,3,13);
INSERT INTO "caveat_citation" VALUES(15,1,21);
INSERT INTO "caveat_citation" VALUES(15,2,26);
INSERT INTO "caveat_citation" VALUES(18,1,23);
CREATE TABLE change (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	statement_id INTEGER, 
	batch_id INTEGER, 
	at DATETIME NOT NULL, 
	CONSTRAINT fk_change_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT fk_change_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
INSERT INTO "change" VALUES(1,NULL,4,'2026-11-20 12:03:00.000000');
INSERT INTO "change" VALUES(2,1,NULL,'2026-11-20 12:10:00.000000');
INSERT INTO "change" VALUES(3,1,NULL,'2026-11-20 12:11:00.000000');
INSERT INTO "change" VALUES(4,2,NULL,'2026-11-20 12:12:00.000000');
INSERT INTO "change" VALUES(5,2,NULL,'2026-11-20 12:13:00.000000');
INSERT INTO "change" VALUES(6,3,NULL,'2026-11-20 12:14:00.000000');
INSERT INTO "change" VALUES(7,4,NULL,'2026-11-23 11:00:00.000000');
INSERT INTO "change" VALUES(8,5,NULL,'2026-11-23 11:00:00.000000');
CREATE TABLE citation (
	id INTEGER NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	csl JSON NOT NULL, 
	doi VARCHAR(300), 
	pmid VARCHAR(20), 
	pmcid VARCHAR(20), 
	title TEXT NOT NULL, 
	year INTEGER, 
	study_design TEXT, 
	standing VARCHAR(12) NOT NULL, 
	standing_on DATE, 
	standing_reason TEXT, 
	standing_notice TEXT, 
	standing_source TEXT, 
	unchecked JSON NOT NULL, 
	content_hash VARCHAR(64) NOT NULL, 
	batch_id INTEGER, 
	CONSTRAINT pk_citation PRIMARY KEY (id), 
	CONSTRAINT ck_citation_standing_known CHECK (standing IN ('ok', 'retracted', 'concern', 'corrected', 'reinstated')), 
	CONSTRAINT fk_citation_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT uq_citation_key UNIQUE ("key")
);
INSERT INTO "citation" VALUES(1,'kruegel2018','{"id": "kruegel2018", "type": "article-journal", "title": "The medicinal chemistry and neuropharmacology of kratom: A preliminary discussion of a promising medicinal plant and analysis of its potential for abuse", "author": [{"family": "Kruegel", "given": "Andrew C."}, {"family": "Grundmann", "given": "Oliver"}], "DOI": "10.1016/j.neuropharm.2017.08.026", "custom": {"study_design": "narrative review", "unchecked_fields": ["PMID", "PMCID", "issue"], "checked": "verified", "finding": "Alkaloids modulate opioid receptors and probably adrenergic, serotonergic and dopaminergic receptors; non-opioid targets ''extremely limited'' in characterisation.", "design": "narrative-review"}, "issued": {"date-parts": [[2018]]}, "container-title": "Neuropharmacology", "volume": "134", "page": "108-120"}','10.1016/j.neuropharm.2017.08.026',NULL,NULL,'The medicinal chemistry and neuropharmacology of kratom: A preliminary discussion of a promising medicinal plant and analysis of its potential for abuse',2018,'narrative review','ok',NULL,NULL,NULL,NULL,'["PMID", "PMCID", "issue"]','725f036957ab2329d2f841610c45d7d9042337dbbd343d3df5ae20d311137739',1);
INSERT INTO "citation" VALUES(2,'mossadeq2009','{"id": "mossadeq2009", "type": "article-journal", "title": "Anti-Inflammatory and Antinociceptive Effects of Mitragyna speciosa Korth Methanolic Extract", "author": [{"family": "Shaik Mossadeq", "given": "W.M."}, {"family": "Sulaiman", "given": "M.R."}, {"family": "Tengku Mohamad", "given": "T.A."}, {"family": "Chiong", "given": "H.S."}, {"family": "Zakaria", "given": "Z.A."}, {"family": "Jabit", "given": "M.L."}, {"family": "Baharuldin", "given": "M.T.H."}, {"family": "Israf", "given": "D.A."}], "DOI": "10.1159/000226292", "custom": {"study_design": "animal study (rat and mouse; intraperitoneal extract)", "unchecked_fields": ["PMID"], "checked": "verified", "finding": "100 and 200 mg/kg i.p. suppressed carrageenan paw oedema; granuloma reduced only at 200 mg/kg; antinociception in rodent models.", "design": "animal"}, "issued": {"date-parts": [[2009]]}, "container-title": "Medical Principles and Practice", "volume": "18", "issue": "5", "page": "378-384"}','10.1159/000226292',NULL,NULL,'Anti-Inflammatory and Antinociceptive Effects of Mitragyna speciosa Korth Methanolic Extract',2009,'animal study (rat and mouse; intraperitoneal extract)','ok',NULL,NULL,NULL,NULL,'["PMID"]','7f3e778fd0938c2ba363322a82b32a890e09cd9a139750656cdb37153f7171bb',1);
INSERT INTO "citation" VALUES(3,'marampa2022','{"id": "marampa2022", "type": "article-journal", "title": "Uji Efek Antiinflamasi Ekstrak Etanol Mitragyna (Mitragyna Speciosa) Pada Mencit (Mus Musculus) Dengan Metode Induksi Xylene Pada Telinga Mencit", "author": [{"family": "Marampa", "given": "Wilman Rante"}, {"family": "Ismail", "given": "Sjarif"}, {"family": "Amir", "given": "Masyhudi"}], "custom": {"study_design": "animal (mouse) study", "unchecked_fields": ["DOI", "page"], "checked": "verified", "finding": "Oral ethanol extract reduced xylene-induced ear oedema in mice (n=5 per group).", "design": "animal"}, "issued": {"date-parts": [[2022, 6]]}, "container-title": "Syntax Literate: Jurnal Ilmiah Indonesia", "volume": "7", "issue": "6", "URL": "https://jurnal.syntaxliterate.co.id/index.php/syntax-literate/article/download/7279/4582?inline=1"}',NULL,NULL,NULL,'Uji Efek Antiinflamasi Ekstrak Etanol Mitragyna (Mitragyna Speciosa) Pada Mencit (Mus Musculus) Dengan Metode Induksi Xylene Pada Telinga Mencit',2022,'animal (mouse) study','ok',NULL,NULL,NULL,NULL,'["DOI", "page"]','0da0cc7d4b29aa6908f09a33c7f357e4f06e1a29d141eebca9df0a0e579b181f',1);
INSERT INTO "citation" VALUES(4,'vicknasingam2020','{"id": "vicknasingam2020", "type": "article-journal", "title": "Kratom and Pain Tolerance: A Randomized, Placebo-Controlled, Double-Blind Study", "author": [{"family": "Vicknasingam", "given": "B."}, {"family": "Chooi", "given": "W.T."}, {"family": "Rahim", "given": "A.A."}, {"literal": "et al."}], "PMID": "32607084", "PMCID": "PMC7309661", "custom": {"study_design": "randomized, placebo-controlled, double-blind crossover-sequence laboratory study; 26 healthy male regular kratom users; one day", "unchecked_fields": ["authors after the third", "DOI"], "checked": "verified", "finding": "Cold-pressor tolerance 11.2 (6.7) s before to 24.9 (39.4) s one hour after kratom (p=0.02); placebo unchanged. Very wide SD, all male, all daily users.", "design": "randomised-trial"}, "issued": {"date-parts": [[2020, 6, 29]]}, "container-title": "Yale Journal of Biology and Medicine", "volume": "93", "issue": "2", "page": "229-238"}',NULL,'32607084','PMC7309661','Kratom and Pain Tolerance: A Randomized, Placebo-Controlled, Double-Blind Study',2020,'randomized, placebo-controlled, double-blind crossover-sequence laboratory study; 26 healthy male regular kratom users; one day','ok',NULL,NULL,NULL,NULL,'["authors after the third", "DOI"]','ccd687ea8de60223142e662376941a15131176eedcfacf185cd368fff467fc0d',1);
INSERT INTO "citation" VALUES(5,'ahmad2021','{"id": "ahmad2021", "type": "article-journal", "title": "Liver injury associated with kratom, a popular opioid-like product: Experience from the U.S. drug induced liver injury network and a review of the literature", "author": [{"family": "Ahmad", "given": "Jawad"}, {"literal": "et al."}], "DOI": "10.1016/j.drugalcdep.2020.108426", "PMID": "33257199", "custom": {"study_design": "case series (11 cases) from a prospective registry, with literature review", "unchecked_fields": ["PMCID", "co-authors"], "checked": "verified", "finding": "11 cases; all symptomatic with jaundice, median latency 14 days; most hospitalised; all recovered.", "design": "case-series"}, "issued": {"date-parts": [[2021, 1, 1]]}, "container-title": "Drug and Alcohol Dependence", "volume": "218", "page": "108426"}','10.1016/j.drugalcdep.2020.108426','33257199',NULL,'Liver injury associated with kratom, a popular opioid-like product: Experience from the U.S. drug induced liver injury network and a review of the literature',2021,'case series (11 cases) from a prospective registry, with literature review','ok',NULL,NULL,NULL,NULL,'["PMCID", "co-authors"]','f5c17c3e60c9575439eecb15041abcb5e10ee0d13806be588865d0dcd5206cf9',1);
INSERT INTO "citation" VALUES(6,'schimmel2020','{"id": "schimmel2020", "type": "article-journal", "title": "Kratom (Mitragyna Speciosa) Liver Injury: A Comprehensive Review", "author": [{"family": "Schimmel", "given": "Jonathan"}, {"family": "Dart", "given": "Richard C."}], "DOI": "10.1007/s40265-019-01242-6", "custom": {"study_design": "scoping review with RUCAM causality assessment of case reports", "unchecked_fields": ["PMID", "volume"], "checked": "verified", "finding": "''Kratom likely causes liver injury based on the totality of low-quality human evidence''; median latency 20.6 days.", "design": "scoping-review"}, "issued": {"date-parts": [[2020]]}, "container-title": "Drugs", "issue": "3", "page": "263-283"}','10.1007/s40265-019-01242-6',NULL,NULL,'Kratom (Mitragyna Speciosa) Liver Injury: A Comprehensive Review',2020,'scoping review with RUCAM causality assessment of case reports','ok',NULL,NULL,NULL,NULL,'["PMID", "volume"]','3d7fd0edcbbce0f6ae424793c5bbe1f6b1eceae0b8ca82e5aeac31ebeb18653b',1);
INSERT INTO "citation" VALUES(7,'singh2014','{"id": "singh2014", "type": "article-journal", "title": "Kratom (Mitragyna speciosa) dependence, withdrawal symptoms and craving in regular users", "author": [{"family": "Singh", "given": "Darshan"}, {"family": "M\u00fcller", "given": "Christian P."}, {"family": "Vicknasingam", "given": "Balasingam K."}], "DOI": "10.1016/j.drugalcdep.2014.03.017", "PMID": "24698080", "custom": {"study_design": "cross-sectional survey (293 regular users, Malaysia)", "checked": "verified", "finding": "More than half of regular users (>6 months) had severe dependence; 45% moderate.", "design": "cross-sectional"}, "issued": {"date-parts": [[2014, 6, 1]]}, "container-title": "Drug and Alcohol Dependence", "volume": "139", "page": "132-137"}','10.1016/j.drugalcdep.2014.03.017','24698080',NULL,'Kratom (Mitragyna speciosa) dependence, withdrawal symptoms and craving in regular users',2014,'cross-sectional survey (293 regular users, Malaysia)','ok',NULL,NULL,NULL,NULL,'[]','259f87f0d680ce80992d08e6138d993003b81e72f57adfbfdeb4f8227bb0fd55',1);
INSERT INTO "citation" VALUES(8,'smith2022kud','{"id": "smith2022kud", "type": "article-journal", "title": "Assessment of Kratom Use Disorder and Withdrawal Among an Online Convenience Sample of US Adults", "author": [{"family": "Smith", "given": "Kirsten E."}, {"family": "Dunn", "given": "Kelly E."}, {"family": "Rogers", "given": "Jeffrey M."}, {"family": "Garcia-Romeu", "given": "Albert"}, {"family": "Strickland", "given": "Justin C."}, {"family": "Epstein", "given": "David H."}], "DOI": "10.1097/ADM.0000000000000986", "PMID": "35220331", "PMCID": "PMC9402806", "custom": {"study_design": "cross-sectional survey (n=129)", "checked": "verified", "finding": "29.5% met past-year kratom use disorder (14.0% mild, 7.0% moderate, 8.5% severe).", "design": "cross-sectional"}, "issued": {"date-parts": [[2022]]}, "container-title": "Journal of Addiction Medicine", "volume": "16", "issue": "6", "page": "666-670"}','10.1097/adm.0000000000000986','35220331','PMC9402806','Assessment of Kratom Use Disorder and Withdrawal Among an Online Convenience Sample of US Adults',2022,'cross-sectional survey (n=129)','ok',NULL,NULL,NULL,NULL,'[]','e66b3791ab5698da5c5b7150abf34e8a5c2e1cd5cfd43a11367967f66ed71adf',1);
INSERT INTO "citation" VALUES(9,'garciaromeu2020','{"id": "garciaromeu2020", "type": "article-journal", "title": "Kratom (Mitragyna speciosa): User demographics, use patterns, and implications for the opioid epidemic", "author": [{"family": "Garcia-Romeu", "given": "Albert"}, {"family": "Cox", "given": "David J."}, {"family": "Smith", "given": "Kirsten E."}, {"family": "Dunn", "given": "Kelly E."}, {"family": "Griffiths", "given": "Roland R."}], "PMCID": "PMC7423016", "custom": {"study_design": "cross-sectional anonymous online survey (n=2,798, self-selected)", "unchecked_fields": ["DOI", "PMID", "volume", "page"], "checked": "partly verified", "finding": "Used for pain (91%), anxiety (67%), depression (65%); about one third reported adverse effects, mostly mild; 2% met moderate/severe SUD.", "design": "cross-sectional"}, "issued": {"date-parts": [[2020]]}, "container-title": "Drug and Alcohol Dependence"}',NULL,NULL,'PMC7423016','Kratom (Mitragyna speciosa): User demographics, use patterns, and implications for the opioid epidemic',2020,'cross-sectional anonymous online survey (n=2,798, self-selected)','ok',NULL,NULL,NULL,NULL,'["DOI", "PMID", "volume", "page"]','3af93f1952b1689fb2c2d8381feebd89d5be1480f09bc846a269658e4e4f33dc',1);
INSERT INTO "citation" VALUES(10,'yang2024','{"id": "yang2024", "type": "article-journal", "title": "Kratom (Mitragyna speciosa) Use and Mental Health: A Systematic Review and Multilevel Meta-Analysis", "author": [{"family": "Yang", "given": "Y."}, {"family": "M\u00fcller", "given": "C.P."}, {"family": "Singh", "given": "D."}], "custom": {"study_design": "systematic review and multilevel meta-analysis (36 articles, observational)", "unchecked_fields": ["DOI", "PMID", "last page"], "checked": "verified", "finding": "No significant association with positive indicators of mental health (r=-0.031, 95% CI -0.149 to 0.087) and none with quality of life (r=0.069, -0.104 to 0.242); very small association with negative indicators (r=0.092).", "design": "systematic-review"}, "issued": {"date-parts": [[2024]]}, "container-title": "European Addiction Research", "volume": "30", "issue": "4", "page": "252", "URL": "https://karger.com/ear/article-abstract/30/4/252/909294/Kratom-Mitragyna-speciosa-Use-and-Mental-Health-A"}',NULL,NULL,NULL,'Kratom (Mitragyna speciosa) Use and Mental Health: A Systematic Review and Multilevel Meta-Analysis',2024,'systematic review and multilevel meta-analysis (36 articles, observational)','ok',NULL,NULL,NULL,NULL,'["DOI", "PMID", "last page"]','a976f44a8d13c99c8fa9abeb2df8e6e7cec130fdebe0b20e995024d01e374b84',1);
INSERT INTO "citation" VALUES(11,'eggleston2019','{"id": "eggleston2019", "type": "article-journal", "title": "Kratom Use and Toxicities in the United States", "author": [{"family": "Eggleston", "given": "William"}, {"family": "Stoppacher", "given": "Robert"}, {"family": "Suen", "given": "Kyle"}, {"family": "Marraffa", "given": "Jeanna M."}, {"family": "Nelson", "given": "Lewis S."}], "DOI": "10.1002/phar.2280", "custom": {"study_design": "retrospective review of poison-centre reports and medical-examiner records", "unchecked_fields": ["PMID"], "checked": "verified", "finding": "2,312 exposures, 935 kratom-only: agitation 18.6%, tachycardia 16.9%, drowsiness 13.6%, vomiting 11.2%, seizure 6.1%, withdrawal 6.1%.", "design": "surveillance"}, "issued": {"date-parts": [[2019]]}, "container-title": "Pharmacotherapy", "volume": "39", "issue": "7", "page": "775-777"}','10.1002/phar.2280',NULL,NULL,'Kratom Use and Toxicities in the United States',2019,'retrospective review of poison-centre reports and medical-examiner records','ok',NULL,NULL,NULL,NULL,'["PMID"]','e0e92abd1831c20b9c1ebce98be34a73cc6de072e2f3e49ae0a06f1cdf8ea2f9',1);
INSERT INTO "citation" VALUES(12,'post2019','{"id": "post2019", "type": "article-journal", "title": "Kratom exposures reported to United States poison control centers: 2011-2017", "author": [{"family": "Post", "given": "Sara"}, {"family": "Spiller", "given": "Henry A."}, {"family": "Chounthirath", "given": "Thitphalak"}, {"family": "Smith", "given": "Gary A."}], "DOI": "10.1080/15563650.2019.1569236", "custom": {"study_design": "retrospective review of poison-centre reports (n=1,807)", "unchecked_fields": ["PMID"], "checked": "verified", "finding": "31.8% of first-ranked exposures admitted; 11 deaths, two after kratom only.", "design": "surveillance"}, "issued": {"date-parts": [[2019]]}, "container-title": "Clinical Toxicology", "volume": "57", "issue": "10", "page": "847-854"}','10.1080/15563650.2019.1569236',NULL,NULL,'Kratom exposures reported to United States poison control centers: 2011-2017',2019,'retrospective review of poison-centre reports (n=1,807)','ok',NULL,NULL,NULL,NULL,'["PMID"]','9120f12a324a76b0f95af6f237b9a0fd342060a7402972d48fc09f1b82c6ae49',1);
INSERT INTO "citation" VALUES(13,'olsen2019','{"id": "olsen2019", "type": "article-journal", "title": "Notes from the Field: Unintentional Drug Overdose Deaths with Kratom Detected \u2014 27 States, July 2016\u2013December 2017", "author": [{"family": "Olsen", "given": "Emily O''Malley"}, {"family": "O''Donnell", "given": "Julie"}, {"family": "Mattson", "given": "Christine L."}, {"family": "Schier", "given": "Joshua G."}, {"family": "Wilson", "given": "Nana"}], "DOI": "10.15585/mmwr.mm6814a2", "custom": {"study_design": "mortality surveillance (regulator/public-health page)", "unchecked_fields": ["PMID"], "checked": "verified", "finding": "152 of 27,338 overdose deaths kratom-positive; 91 kratom-involved; 7 with kratom the only substance detected.", "design": "surveillance"}, "issued": {"date-parts": [[2019, 4, 12]]}, "container-title": "MMWR. Morbidity and Mortality Weekly Report", "volume": "68", "issue": "14", "page": "326-327", "URL": "https://www.cdc.gov/mmwr/volumes/68/wr/mm6814a2.htm"}','10.15585/mmwr.mm6814a2',NULL,NULL,'Notes from the Field: Unintentional Drug Overdose Deaths with Kratom Detected — 27 States, July 2016–December 2017',2019,'mortality surveillance (regulator/public-health page)','ok',NULL,NULL,NULL,NULL,'["PMID"]','0f2f3cd9ad5904cd6f80314fc5bea391de8c7dfccee1e84f622b6b1fb1be8d98',1);
INSERT INTO "citation" VALUES(14,'prozialeck2020','{"id": "prozialeck2020", "type": "article-journal", "title": "Evaluation of the Mitragynine Content, Levels of Toxic Metals and the Presence of Microbes in Kratom Products Purchased in the Western Suburbs of Chicago", "author": [{"family": "Prozialeck", "given": "Walter C."}, {"family": "Edwards", "given": "Joshua R."}, {"family": "Lamar", "given": "Peter C."}, {"family": "Plotkin", "given": "Balbina J."}, {"family": "Sigar", "given": "Ira M."}, {"family": "Grundmann", "given": "Oliver"}, {"family": "Veltri", "given": "Charles A."}], "DOI": "10.3390/ijerph17155512", "PMID": "32751712", "PMCID": "PMC7432033", "custom": {"study_design": "laboratory analysis of eight commercial products", "checked": "verified", "finding": "Mitragynine 3.9-62.1 mg/g; six of eight with microbes; seven of eight with nickel, lead and chromium; no Salmonella.", "design": "laboratory"}, "issued": {"date-parts": [[2020, 7, 30]]}, "container-title": "International Journal of Environmental Research and Public Health", "volume": "17", "issue": "15", "page": "5512"}','10.3390/ijerph17155512','32751712','PMC7432033','Evaluation of the Mitragynine Content, Levels of Toxic Metals and the Presence of Microbes in Kratom Products Purchased in the Western Suburbs of Chicago',2020,'laboratory analysis of eight commercial products','ok',NULL,NULL,NULL,NULL,'[]','e86c265e7b4b9928b559802d411d10c6534003512a45cc8112575e999768ee99',1);
INSERT INTO "citation" VALUES(15,'tanna2021','{"id": "tanna2021", "type": "article-journal", "title": "Refined Prediction of Pharmacokinetic Kratom-Drug Interactions: Time-Dependent Inhibition Considerations", "custom": {"study_design": "in vitro (human liver and intestinal microsomes) with static model", "unchecked_fields": ["author", "DOI", "PMID", "last page"], "checked": "partly verified", "finding": "Mitragynine: strong competitive CYP2D6 inhibitor (Ki 1.17 uM), time-dependent CYP3A inhibitor.", "design": "laboratory"}, "issued": {"date-parts": [[2021]]}, "container-title": "Journal of Pharmacology and Experimental Therapeutics", "volume": "376", "issue": "1", "page": "64", "URL": "https://jpet.aspetjournals.org/content/376/1/64"}',NULL,NULL,NULL,'Refined Prediction of Pharmacokinetic Kratom-Drug Interactions: Time-Dependent Inhibition Considerations',2021,'in vitro (human liver and intestinal microsomes) with static model','ok',NULL,NULL,NULL,NULL,'["author", "DOI", "PMID", "last page"]','96e7ff7bcf1797b03895c865169834f404e9378a2ac7dcde9fa9bb074dc8455e',1);
INSERT INTO "citation" VALUES(16,'tanna2023','{"id": "tanna2023", "type": "article-journal", "title": "Clinical Assessment of the Drug Interaction Potential of the Psychotropic Natural Product Kratom", "DOI": "10.1002/cpt.2891", "PMID": "36924284", "PMCID": "PMC10198846", "custom": {"study_design": "fixed-sequence pharmacokinetic study in 12 healthy adults (single 2 g dose of kratom tea)", "unchecked_fields": ["author", "volume", "issue"], "checked": "verified", "finding": "No change in dextromethorphan (CYP2D6) AUC, ratio 0.99 (90% CI 0.83-1.19); midazolam (CYP3A) AUC ratio 1.39 (1.23-1.57).", "design": "non-randomised-trial"}, "issued": {"date-parts": [[2023, 6]]}, "container-title": "Clinical Pharmacology and Therapeutics", "page": "1315-1325"}','10.1002/cpt.2891','36924284','PMC10198846','Clinical Assessment of the Drug Interaction Potential of the Psychotropic Natural Product Kratom',2023,'fixed-sequence pharmacokinetic study in 12 healthy adults (single 2 g dose of kratom tea)','ok',NULL,NULL,NULL,NULL,'["author", "volume", "issue"]','e241a465374d2c9dde9649c4aa90742471ad7991ce6b1b8bd9d1e2ecf8952cd8',1);
INSERT INTO "citation" VALUES(17,'prevete2022','{"id": "prevete2022", "type": "article-journal", "title": "A systematic review of (pre)clinical studies on the therapeutic potential and safety profile of kratom in humans", "author": [{"family": "Prevete", "given": "Elisabeth"}, {"family": "Kuypers", "given": "Kim Paula Colette"}, {"family": "Theunissen", "given": "Eef Lien"}, {"family": "Corazza", "given": "Ornella"}, {"family": "Bersani", "given": "Giuseppe"}, {"family": "Ramaekers", "given": "Johannes Gerardus"}], "DOI": "10.1002/hup.2805", "custom": {"study_design": "systematic review (57 preclinical, 18 clinical studies; only 2 interventional)", "unchecked_fields": ["PMID"], "checked": "verified", "finding": "Two interventional human studies, both on pain sensitivity; ''further validation in large, controlled clinical trials is required''.", "design": "systematic-review"}, "issued": {"date-parts": [[2022]]}, "container-title": "Human Psychopharmacology: Clinical and Experimental", "volume": "37", "issue": "1", "page": "e2805"}','10.1002/hup.2805',NULL,NULL,'A systematic review of (pre)clinical studies on the therapeutic potential and safety profile of kratom in humans',2022,'systematic review (57 preclinical, 18 clinical studies; only 2 interventional)','ok',NULL,NULL,NULL,NULL,'["PMID"]','941fa1e6f7db0295746b0cab0d8d5c9e2e9106ac09f856e18ea3648ae84aca7b',1);
INSERT INTO "citation" VALUES(18,'hossain2023','{"id": "hossain2023", "type": "article-journal", "title": "A Critical Review of the Neuropharmacological Effects of Kratom: An Insight from the Functional Array of Identified Natural Compounds", "DOI": "10.3390/molecules28217372", "custom": {"study_design": "narrative review", "unchecked_fields": ["author", "PMID", "PMCID"], "checked": "verified", "finding": "Anti-inflammatory, antioxidant and neuroactive effects summarised from preclinical work.", "design": "narrative-review"}, "issued": {"date-parts": [[2023, 10, 31]]}, "container-title": "Molecules", "volume": "28", "issue": "21", "page": "7372"}','10.3390/molecules28217372',NULL,NULL,'A Critical Review of the Neuropharmacological Effects of Kratom: An Insight from the Functional Array of Identified Natural Compounds',2023,'narrative review','ok',NULL,NULL,NULL,NULL,'["author", "PMID", "PMCID"]','0fd597a128fa6a95125d973e19bc57d62040b794209963a0918a5e7ef9b8436d',1);
INSERT INTO "citation" VALUES(19,'smith2024ema','{"id": "smith2024ema", "type": "article-journal", "title": "Ecological Momentary Assessment of Self-Reported Kratom Use, Effects, and Motivations Among US Adults", "author": [{"family": "Smith", "given": "Kirsten E."}, {"family": "Panlilio", "given": "Leigh V."}, {"family": "Feldman", "given": "Jeffrey D."}, {"family": "Grundmann", "given": "Oliver"}, {"family": "Dunn", "given": "Kelly E."}, {"family": "McCurdy", "given": "Christopher R."}, {"family": "Garcia-Romeu", "given": "Albert"}, {"family": "Epstein", "given": "David H."}], "DOI": "10.1001/jamanetworkopen.2023.53401", "PMID": "38277146", "PMCID": "PMC10818224", "custom": {"study_design": "15-day ecological momentary assessment (convenience sample, n=357, uncontrolled)", "unchecked_fields": ["volume"], "checked": "verified", "finding": "Most used daily to relieve pain, improve mood or raise productivity (self-report); more frequent use associated with tolerance, withdrawal and craving.", "design": "cohort"}, "issued": {"date-parts": [[2024]]}, "container-title": "JAMA Network Open", "issue": "1", "page": "e2353401"}','10.1001/jamanetworkopen.2023.53401','38277146','PMC10818224','Ecological Momentary Assessment of Self-Reported Kratom Use, Effects, and Motivations Among US Adults',2024,'15-day ecological momentary assessment (convenience sample, n=357, uncontrolled)','ok',NULL,NULL,NULL,NULL,'["volume"]','17c8170db3d0f5fde86ff3c546dbfa4b278e3912211bbdef5dd2d3434f5f1572',1);
INSERT INTO "citation" VALUES(20,'who_ecdd2021','{"id": "who_ecdd2021", "type": "report", "title": "Summary of assessments, findings and recommendations of the 44th World Health Organization''s (WHO) Expert Committee on Drug Dependence (ECDD), 11\u201315 October 2021", "author": [{"literal": "World Health Organization Expert Committee on Drug Dependence"}], "custom": {"study_design": "regulator''s page / expert committee report", "unchecked_fields": ["the UN/WHO original page was not seen"], "checked": "verified", "finding": "Mitragynine and 7-hydroxymitragynine are partial mu agonists; antinociceptive in animals; no critical review recommended, surveillance continues.", "design": "regulator"}, "issued": {"date-parts": [[2021]]}, "number": "E/CN.7/2021/CRP.12", "publisher": "United Nations, Commission on Narcotic Drugs"}',NULL,NULL,NULL,'Summary of assessments, findings and recommendations of the 44th World Health Organization''s (WHO) Expert Committee on Drug Dependence (ECDD), 11–15 October 2021',2021,'regulator''s page / expert committee report','ok',NULL,NULL,NULL,NULL,'["the UN/WHO original page was not seen"]','b45b8b41de52228db5af62c4a5be38ce5b7aa6e763319bea272ae9ca86652809',1);
INSERT INTO "citation" VALUES(21,'fda_kratom','{"id": "fda_kratom", "type": "webpage", "title": "FDA and Kratom", "author": [{"literal": "U.S. Food and Drug Administration"}], "custom": {"study_design": "regulator''s page", "unchecked_fields": ["the page itself was not seen; its current wording must be re-read"], "checked": "partly verified", "finding": "Per secondary sources: not approved for any use; kratom is a new dietary ingredient without adequate safety information; unsafe food additive.", "design": "regulator"}, "container-title": "fda.gov", "URL": "https://www.fda.gov/news-events/public-health-focus/fda-and-kratom"}',NULL,NULL,NULL,'FDA and Kratom',NULL,'regulator''s page','ok',NULL,NULL,NULL,NULL,'["the page itself was not seen; its current wording must be re-read"]','815f2e994907b80e6eafaa60bae0051582d290a7230ec553c8c80cb869bc5792',1);
INSERT INTO "citation" VALUES(22,'fda_7oh_2025','{"id": "fda_7oh_2025", "type": "webpage", "title": "FDA warning letters (15 July 2025) and recommendation (29 July 2025) to schedule 7-hydroxymitragynine", "author": [{"literal": "U.S. Food and Drug Administration"}], "custom": {"study_design": "regulator''s action (secondary reports)", "unchecked_fields": ["FDA''s own page", "any DEA decision after July 2025"], "checked": "partly verified", "finding": "FDA asked DEA to place concentrated 7-hydroxymitragynine in Schedule I, saying that leaf kratom is not the target.", "design": "regulator"}, "issued": {"date-parts": [[2025, 7]]}}',NULL,NULL,NULL,'FDA warning letters (15 July 2025) and recommendation (29 July 2025) to schedule 7-hydroxymitragynine',2025,'regulator''s action (secondary reports)','ok',NULL,NULL,NULL,NULL,'["FDA''s own page", "any DEA decision after July 2025"]','af8cf5b08f82b338d838d45cf38ef87372f38fc6fd20963fd799a8d732300651',1);
INSERT INTO "citation" VALUES(23,'pisetsky2023','{"id": "pisetsky2023", "type": "article-journal", "title": "Pathogenesis of autoimmune disease", "author": [{"family": "Pisetsky", "given": "David S."}], "DOI": "10.1038/s41581-023-00720-1", "custom": {"study_design": "narrative review", "unchecked_fields": ["volume", "PMID", "PMCID"], "checked": "verified", "finding": "''characterized by aberrant B cell and T cell reactivity to normal constituents of the host''; diverse patterns of inflammation and organ dysfunction; remission can be achieved by some patients with current agents.", "design": "narrative-review"}, "issued": {"date-parts": [[2023]]}, "container-title": "Nature Reviews Nephrology", "issue": "8", "page": "509-524"}','10.1038/s41581-023-00720-1',NULL,NULL,'Pathogenesis of autoimmune disease',2023,'narrative review','ok',NULL,NULL,NULL,NULL,'["volume", "PMID", "PMCID"]','fde7a2e017155263e5d41864baabaeb514c3b212a1932be795c8d41cd6b08d81',1);
INSERT INTO "citation" VALUES(24,'rahmawati2024pre','{"id": "rahmawati2024pre", "type": "article", "title": "Dual Anti-Inflammatory Activities of COX-2/5-LOX Driven by Kratom Alkaloid Extracts in Lipopolysaccharide-induced RAW 264.7 Cells", "author": [{"family": "Rahmawati", "given": "Siti Irma"}, {"family": "Indriani", "given": "Dwi Wahyu"}, {"family": "Ningsih", "given": "Febby Nurdiya"}, {"family": "Hardhiyuna", "given": "Mutia"}, {"literal": "Firdayani"}, {"family": "Ahmadi", "given": "Peni"}, {"family": "Rosyidah", "given": "A''liyatur"}, {"family": "Septiana", "given": "Eris"}, {"family": "Dharmayanti", "given": "Ni Luh Putu Indi"}, {"family": "Bayu", "given": "Asep"}, {"family": "Putra", "given": "Masteria Yunovilsa"}], "DOI": "10.21203/rs.3.rs-4628929/v1", "custom": {"study_design": "in vitro (mouse macrophage cell line); preprint", "checked": "verified", "finding": "Alkaloid extract (~46% mitragynine) inhibited COX-2 and 5-LOX below 25 ppm but was cytotoxic above; crude extract (~5% mitragynine) did NOT inhibit COX-2 or 5-LOX.", "design": "laboratory"}, "issued": {"date-parts": [[2024]]}, "publisher": "Research Square (preprint)"}','10.21203/rs.3.rs-4628929/v1',NULL,NULL,'Dual Anti-Inflammatory Activities of COX-2/5-LOX Driven by Kratom Alkaloid Extracts in Lipopolysaccharide-induced RAW 264.7 Cells',2024,'in vitro (mouse macrophage cell line); preprint','ok',NULL,NULL,NULL,NULL,'[]','b7b637e600641731d9d8e7f433a39d8b4c6791d897306749aa98f2f26d12b1d9',1);
INSERT INTO "citation" VALUES(25,'cdc_salmonella2018','{"id": "cdc_salmonella2018", "type": "webpage", "title": "Multistate Outbreak of Salmonella Infections Linked to Kratom (final update, 24 May 2018)", "author": [{"literal": "Centers for Disease Control and Prevention"}], "custom": {"study_design": "public-health outbreak notice", "unchecked_fields": ["the CDC page, its exact title and its URL"], "checked": "partly verified", "finding": "199 illnesses in 41 states; several serotypes; people with weakened immune systems more likely to have severe infection.", "design": "surveillance"}, "issued": {"date-parts": [[2018, 5, 24]]}}',NULL,NULL,NULL,'Multistate Outbreak of Salmonella Infections Linked to Kratom (final update, 24 May 2018)',2018,'public-health outbreak notice','ok',NULL,NULL,NULL,NULL,'["the CDC page, its exact title and its URL"]','d30e30e029d721b7c00fc8d7ba5d432f5887f48b8f809bb87c432ee14dc826c5',1);
INSERT INTO "citation" VALUES(26,'ramirez2021','{"id": "ramirez2021", "type": "article-journal", "title": "Kratom in America: Legal Differences Across Federal, State, and Local Jurisdictions", "author": [{"family": "Ramirez", "given": "Ethan"}, {"family": "Adibmoradi", "given": "Bardia"}, {"family": "Bourgeois", "given": "Marie"}], "custom": {"study_design": "legal review (small open-access journal)", "unchecked_fields": ["DOI"], "checked": "verified", "finding": "State laws vary ''greatly from state-to-state''; some ban, some regulate, most have no kratom law; situation as of 2020-21.", "design": "narrative-review"}, "issued": {"date-parts": [[2021, 1, 27]]}, "container-title": "Mathews Journal of Psychiatry & Mental Health", "volume": "6", "issue": "1", "page": "28", "URL": "https://www.mathewsopenaccess.com/full-text/kratom-in-america-legal-differences-across-federal-state-and-local-jurisdictions"}',NULL,NULL,NULL,'Kratom in America: Legal Differences Across Federal, State, and Local Jurisdictions',2021,'legal review (small open-access journal)','ok',NULL,NULL,NULL,NULL,'["DOI"]','87241931209a63ff59fc40d5ecea9003870b56e89d7bcb4444c2d6e51fcdff9c',1);
CREATE TABLE citation_slot (
	statement_id INTEGER NOT NULL, 
	position INTEGER NOT NULL, 
	citation_id INTEGER, 
	stance VARCHAR(12), 
	quote TEXT, 
	locator TEXT, 
	note TEXT, 
	CONSTRAINT pk_citation_slot PRIMARY KEY (statement_id, position), 
	CONSTRAINT ck_citation_slot_stance_known CHECK (stance IN ('supports', 'refutes', 'qualifies', 'background')), 
	CONSTRAINT fk_citation_slot_citation_id FOREIGN KEY(citation_id) REFERENCES citation (id), 
	CONSTRAINT fk_citation_slot_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
INSERT INTO "citation_slot" VALUES(1,1,9,'supports',NULL,NULL,'introduction: ''an evergreen tree in the coffee (Rubiaceae) family''');
INSERT INTO "citation_slot" VALUES(2,1,20,'supports',NULL,NULL,'''Several alkaloids have been detected''');
INSERT INTO "citation_slot" VALUES(2,2,1,'supports',NULL,NULL,'abstract');
INSERT INTO "citation_slot" VALUES(2,3,14,'supports',NULL,NULL,'mitragynine measured in all eight products');
INSERT INTO "citation_slot" VALUES(3,1,2,'supports',NULL,NULL,'rats, i.p. extract');
INSERT INTO "citation_slot" VALUES(3,2,3,'supports',NULL,NULL,'mice');
INSERT INTO "citation_slot" VALUES(3,3,NULL,'supports',NULL,NULL,'To confirm: Utar 2011: mitragynine, cyclooxygenase and prostaglandin E2 in LPS-stimulated RAW 264.7 macrophages. RAW 264.7 cells');
INSERT INTO "citation_slot" VALUES(3,4,24,'qualifies',NULL,NULL,'crude extract inactive; enriched extract cytotoxic above 25 ppm');
INSERT INTO "citation_slot" VALUES(3,5,18,'qualifies',NULL,NULL,'review of preclinical work');
INSERT INTO "citation_slot" VALUES(4,1,NULL,NULL,NULL,NULL,'Wanted: any study of kratom with a joint-function outcome: none found');
INSERT INTO "citation_slot" VALUES(5,1,19,'qualifies',NULL,NULL,'self-reported mood and productivity');
INSERT INTO "citation_slot" VALUES(5,2,10,'refutes',NULL,NULL,'no association with positive mental-health indicators or quality of life');
INSERT INTO "citation_slot" VALUES(2,4,NULL,NULL,NULL,NULL,'a trial in people');
CREATE TABLE grade (
	id INTEGER NOT NULL, 
	statement_id INTEGER NOT NULL, 
	scale VARCHAR(40) NOT NULL, 
	level VARCHAR(40) NOT NULL, 
	direction VARCHAR(20) NOT NULL, 
	rating INTEGER, 
	rationale TEXT NOT NULL, 
	profile JSON, 
	kind VARCHAR(12) NOT NULL, 
	rater_id INTEGER NOT NULL, 
	made_at DATETIME NOT NULL, 
	supersedes_id INTEGER, 
	CONSTRAINT pk_grade PRIMARY KEY (id), 
	CONSTRAINT ck_grade_direction_known CHECK (direction IN ('supports', 'contradicts', 'mixed', 'no-effect', 'unclear', 'not-stated')), 
	CONSTRAINT ck_grade_kind_known CHECK (kind IN ('imported', 'first', 'second', 'consensus', 'restored')), 
	CONSTRAINT fk_grade_rater_id FOREIGN KEY(rater_id) REFERENCES person (id), 
	CONSTRAINT fk_grade_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id), 
	CONSTRAINT fk_grade_supersedes_id FOREIGN KEY(supersedes_id) REFERENCES grade (id)
);
INSERT INTO "grade" VALUES(1,1,'grade','not-gradable','not-stated',NULL,'Botanical definition; no outcome to grade.',NULL,'first',1,'2026-11-22 00:00:00.000000',NULL);
INSERT INTO "grade" VALUES(2,2,'grade','not-gradable','not-stated',NULL,'Chemical fact; no outcome to grade.',NULL,'first',1,'2026-11-22 00:00:00.000000',NULL);
INSERT INTO "grade" VALUES(3,3,'grade','very-low','mixed',NULL,'The article presupposes an effect seen only in cells and rodents, and conflicting for crude extract.','{"start": "low", "start_reason": "Laboratory and animal studies only; no study in people.", "domains": [{"domain": "indirectness", "step": -2, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}, {"domain": "imprecision", "step": -1, "reason": ""}]}','first',1,'2026-11-22 00:00:00.000000',NULL);
INSERT INTO "grade" VALUES(4,4,'grade','no-evidence','not-stated',NULL,'No study of any design with a joint-function outcome was found.',NULL,'first',1,'2026-11-22 00:00:00.000000',NULL);
INSERT INTO "grade" VALUES(5,5,'grade','very-low','mixed',NULL,'Rests on uncontrolled self-report in users at large; no study in autoimmune disease.','{"start": "low", "start_reason": "Low (observational).", "domains": [{"domain": "risk_of_bias", "step": -1, "reason": ""}, {"domain": "indirectness", "step": -1, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}]}','first',1,'2026-11-22 00:00:00.000000',NULL);
INSERT INTO "grade" VALUES(6,1,'grade','low','mixed',NULL,'two small trials',NULL,'first',2,'2026-11-20 12:10:00.000000',1);
INSERT INTO "grade" VALUES(7,1,'grade','moderate','supports',NULL,'I see it otherwise',NULL,'second',3,'2026-11-20 12:11:00.000000',NULL);
CREATE TABLE meta (
	name VARCHAR(40) NOT NULL, 
	value TEXT NOT NULL, 
	CONSTRAINT pk_meta PRIMARY KEY (name)
);
INSERT INTO "meta" VALUES('store-id','f2cb63110a7c49d8ad86f910888bc355');
INSERT INTO "meta" VALUES('history-head','{"count": 15, "hash": "7b87c1bdabb77971f248ace3b8b75990beecf670c118286bbda4f835a57384f7", "signature": "9182df1d4fd0f6c8bfc6cc144208a13723d0f79d07cfe92d37f5cb4694f9c389"}');
CREATE TABLE "person" (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	email VARCHAR(320), 
	password_hash VARCHAR(200), 
	password_at DATETIME, 
	must_change BOOLEAN DEFAULT 0 NOT NULL, 
	disabled_at DATETIME, 
	CONSTRAINT pk_person PRIMARY KEY (id), 
	CONSTRAINT uq_person_name UNIQUE (name), 
	CONSTRAINT uq_person_email UNIQUE (email)
);
INSERT INTO "person" VALUES(1,'seed rater (single reader, abstracts only)',NULL,NULL,NULL,0,NULL);
INSERT INTO "person" VALUES(2,'A. First',NULL,NULL,NULL,0,NULL);
INSERT INTO "person" VALUES(3,'B. Second',NULL,NULL,NULL,0,NULL);
INSERT INTO "person" VALUES(4,'A. Curator','curator@example.org','$argon2id$v=19$m=65536,t=3,p=4$Ih1GOIHanDXruPoQRpSKWQ$3KbVdEBPHx/Vd47Ko/A7LRvusYoEwBd4osK+9zGUXOg','2026-11-23 09:00:00.000000',1,NULL);
CREATE TABLE person_role (
	person_id INTEGER NOT NULL, 
	role VARCHAR(10) NOT NULL, 
	CONSTRAINT pk_person_role PRIMARY KEY (person_id, role), 
	CONSTRAINT ck_person_role_role_known CHECK (role IN ('curator', 'rater', 'admin')), 
	CONSTRAINT fk_person_role_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
INSERT INTO "person_role" VALUES(4,'admin');
INSERT INTO "person_role" VALUES(4,'curator');
CREATE TABLE relation (
	statement_id INTEGER NOT NULL, 
	other_id INTEGER NOT NULL, 
	kind VARCHAR(15) NOT NULL, 
	CONSTRAINT pk_relation PRIMARY KEY (statement_id, other_id, kind), 
	CONSTRAINT ck_relation_kind_known CHECK (kind IN ('contradicts', 'supersedes', 'same-evidence', 'duplicates')), 
	CONSTRAINT fk_relation_other_id FOREIGN KEY(other_id) REFERENCES statement (id), 
	CONSTRAINT fk_relation_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
INSERT INTO "relation" VALUES(5,4,'same-evidence');
CREATE TABLE revision (
	seq INTEGER NOT NULL, 
	at DATETIME NOT NULL, 
	actor VARCHAR(200) NOT NULL, 
	action VARCHAR(30) NOT NULL, 
	subject VARCHAR(120) NOT NULL, 
	"before" JSON, 
	"after" JSON, 
	reason TEXT NOT NULL, 
	batch_id INTEGER, 
	prev_hash VARCHAR(64) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	CONSTRAINT pk_revision PRIMARY KEY (seq), 
	CONSTRAINT fk_revision_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id)
);
INSERT INTO "revision" VALUES(1,'2026-11-20 12:00:00.000000','an import','import','batch:1',NULL,'{"file": "c.json", "sha256": "e06459daba95f80aedc654d0dd1b9bb51daa57843532358da18ff296c8fb70e9", "created": {"citation": {"count": 26, "digest": "ce0e2c6c070b1cbd66dba4841ae1fe2b0fd7c9ed5f18611a6be5909cffc32b38"}}}','the beginning',1,'0000000000000000000000000000000000000000000000000000000000000000','74c11a27424c13b62682c206a5df362f98e1c471195f3f45d1fb8ca37b2b5cd2');
INSERT INTO "revision" VALUES(2,'2026-11-20 12:01:00.000000','an import','import','batch:2',NULL,'{"file": "v.json", "sha256": "3cceb175668303ba9e56841d9c1e88e02cefbcf744b30e702b22812fdc29ebea", "created": {"caveat": {"count": 25, "digest": "b5c8c384f916eab561265c378f843bf0be82ce7ea6665321e6a7d187669a5658"}}}','the beginning',2,'74c11a27424c13b62682c206a5df362f98e1c471195f3f45d1fb8ca37b2b5cd2','7c0cd86204437db2c9996e355b98e6706adfc2337d0e54547072cd81900f839d');
INSERT INTO "revision" VALUES(3,'2026-11-20 12:02:00.000000','an import','topic-caveats','topic:1','{"content_hash": "563fba3f4c5854610818232780e77c98d220777d06b9891a3e8702052bb83038", "content": {"name": "kratom", "caveats": []}}','{"content_hash": "6ace6330c89d389f5b63fd79e25984b838e8d8026dce7d8b9786ff48c981d005", "content": {"name": "kratom", "caveats": [["contamination", "efficacy"], ["contamination", "mechanism"], ["cyp", "efficacy"], ["cyp", "mechanism"], ["dependence", "efficacy"], ["dependence", "mechanism"], ["liver", "efficacy"], ["liver", "mechanism"], ["not-approved", "efficacy"], ["not-approved", "mechanism"]]}}','the beginning',3,'7c0cd86204437db2c9996e355b98e6706adfc2337d0e54547072cd81900f839d','b258713a77002bb48d2fb1db3f00bd1a52489e2b3e092124df9a13d8a3878a1c');
INSERT INTO "revision" VALUES(4,'2026-11-20 12:02:00.000000','an import','topic-caveats','topic:2','{"content_hash": "509a5addb0797c1ced995f65bfb39fdacec9a427c5df58db3d1e528c82d8a17c", "content": {"name": "legal status", "caveats": []}}','{"content_hash": "5333cd07b54eefe20e015c1a65c2d5a1bc419a64e4ee20499d3bf0fdc6d6d01b", "content": {"name": "legal status", "caveats": [["time-sensitive", "*"]]}}','the beginning',3,'b258713a77002bb48d2fb1db3f00bd1a52489e2b3e092124df9a13d8a3878a1c','1317882613cdebb051a80840a8bbaeef160a15ad634e119beda1f79567dad646');
INSERT INTO "revision" VALUES(5,'2026-11-20 12:02:00.000000','an import','import','batch:3',NULL,'{"file": "article.toml", "sha256": "eb9f8623644b39f300b835ce9674c32ce4f89590b2100c93dd5aea690badc662", "created": {"article": {"count": 1, "digest": "5c5dc247001ebef10da2b61d1adbfe6c773d32edbc66800db2537318fb81ec94"}}}','the beginning',3,'1317882613cdebb051a80840a8bbaeef160a15ad634e119beda1f79567dad646','9af421e5fa99ea19cef2efbe42c1e22e49e8859d9f8191342fe71282cf474ce4');
INSERT INTO "revision" VALUES(6,'2026-11-20 12:03:00.000000','an import','import','batch:4',NULL,'{"file": "s.jsonl", "sha256": "9e790778113397b61d4a504db467b5ac3966bd720cdde8d4f4ac529e88ac7ed5", "created": {"statement": {"count": 5, "digest": "d99757874944867868fde350353b5c2cf8940ef50c69f4de3a31df1dc1c523bc"}}}','the beginning',4,'9af421e5fa99ea19cef2efbe42c1e22e49e8859d9f8191342fe71282cf474ce4','21c0f609c4f2fbe3b9578617f9a3c0dbf505b5a70d1e2a2d0f993e715afd744b');
INSERT INTO "revision" VALUES(7,'2026-11-20 12:10:00.000000','A. First','grade','statement:1','{"content_hash": "a652c174ccd74de6dbdae854320042c12b2cab9888bb93eb6b9c522ac1d7cd6c", "content": {"origin": "kratom-autoimmune", "key": "S01.1", "article": "kratom-autoimmune", "span": [0, 25], "sentence": [0, 177], "quote": "Kratom, an evergreen tree", "text": "Kratom (Mitragyna speciosa) is an evergreen tree.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Botanical definition; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "garciaromeu2020", "stance": "supports", "quote": null, "locator": null, "note": "introduction: ''an evergreen tree in the coffee (Rubiaceae) family''"}], "caveats": [], "relations": []}, "caveats": [{"code": "not-gradable", "severity": "note", "text": "Not gradable: Botanical definition; no outcome to grade."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, volume, page."}]}','{"content_hash": "e68b03504dea12bc3bf7d63396c92896772d40902989c778d8fcf739d76b0a8a", "content": {"origin": "kratom-autoimmune", "key": "S01.1", "article": "kratom-autoimmune", "span": [0, 25], "sentence": [0, 177], "quote": "Kratom, an evergreen tree", "text": "Kratom (Mitragyna speciosa) is an evergreen tree.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "low", "direction": "mixed", "rating": null, "rationale": "two small trials", "profile": null, "kind": "first", "rater": "A. First", "made_at": "2026-11-20T12:10:00+00:00"}, "other_grades": [{"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Botanical definition; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}], "slots": [{"citation": "garciaromeu2020", "stance": "supports", "quote": null, "locator": null, "note": "introduction: ''an evergreen tree in the coffee (Rubiaceae) family''"}], "caveats": [], "relations": []}, "caveats": [{"code": "disputed", "severity": "warning", "text": "Disputed: its raters disagree (seed rater (single reader, abstracts only): grade:not-gradable; A. First: grade:low)."}, {"code": "low", "severity": "caution", "text": "Low certainty: Our confidence in the effect estimate is limited: the true effect may be substantially different from it."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, volume, page."}]}','two small trials',NULL,'21c0f609c4f2fbe3b9578617f9a3c0dbf505b5a70d1e2a2d0f993e715afd744b','2ba2f59f7d9af20620b34f0bdcbc5c0ac8de27b0346bf3ab2d33d6de793a2801');
INSERT INTO "revision" VALUES(8,'2026-11-20 12:11:00.000000','B. Second','grade','statement:1','{"content_hash": "e68b03504dea12bc3bf7d63396c92896772d40902989c778d8fcf739d76b0a8a", "content": {"origin": "kratom-autoimmune", "key": "S01.1", "article": "kratom-autoimmune", "span": [0, 25], "sentence": [0, 177], "quote": "Kratom, an evergreen tree", "text": "Kratom (Mitragyna speciosa) is an evergreen tree.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "low", "direction": "mixed", "rating": null, "rationale": "two small trials", "profile": null, "kind": "first", "rater": "A. First", "made_at": "2026-11-20T12:10:00+00:00"}, "other_grades": [{"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Botanical definition; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}], "slots": [{"citation": "garciaromeu2020", "stance": "supports", "quote": null, "locator": null, "note": "introduction: ''an evergreen tree in the coffee (Rubiaceae) family''"}], "caveats": [], "relations": []}, "caveats": [{"code": "disputed", "severity": "warning", "text": "Disputed: its raters disagree (seed rater (single reader, abstracts only): grade:not-gradable; A. First: grade:low)."}, {"code": "low", "severity": "caution", "text": "Low certainty: Our confidence in the effect estimate is limited: the true effect may be substantially different from it."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, volume, page."}]}','{"content_hash": "e80e75623ac82cd12a4f39674128f76cfc6814bd6cf30ae95e5549cce7bc6c3a", "content": {"origin": "kratom-autoimmune", "key": "S01.1", "article": "kratom-autoimmune", "span": [0, 25], "sentence": [0, 177], "quote": "Kratom, an evergreen tree", "text": "Kratom (Mitragyna speciosa) is an evergreen tree.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "low", "direction": "mixed", "rating": null, "rationale": "two small trials", "profile": null, "kind": "first", "rater": "A. First", "made_at": "2026-11-20T12:10:00+00:00"}, "other_grades": [{"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Botanical definition; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, {"scale": "grade", "level": "moderate", "direction": "supports", "rating": null, "rationale": "I see it otherwise", "profile": null, "kind": "second", "rater": "B. Second", "made_at": "2026-11-20T12:11:00+00:00"}], "slots": [{"citation": "garciaromeu2020", "stance": "supports", "quote": null, "locator": null, "note": "introduction: ''an evergreen tree in the coffee (Rubiaceae) family''"}], "caveats": [], "relations": []}, "caveats": [{"code": "disputed", "severity": "warning", "text": "Disputed: its raters disagree (seed rater (single reader, abstracts only): grade:not-gradable; A. First: grade:low; B. Second: grade:moderate)."}, {"code": "low", "severity": "caution", "text": "Low certainty: Our confidence in the effect estimate is limited: the true effect may be substantially different from it."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, volume, page."}]}','I see it otherwise',NULL,'2ba2f59f7d9af20620b34f0bdcbc5c0ac8de27b0346bf3ab2d33d6de793a2801','75b5fb315351dd8fdf66a41f551cde9725513b85dbf91b46d61e025f34935c73');
INSERT INTO "revision" VALUES(9,'2026-11-20 12:12:00.000000','A. First','slot','statement:2','{"content_hash": "5275c7a24f30de0bc7552466bf82b57adf15d2d63c7a82b45c9e1d103b166d64", "content": {"origin": "kratom-autoimmune", "key": "S05.1", "article": "kratom-autoimmune", "span": [703, 743], "sentence": [703, 900], "quote": "Kratom contains several active compounds", "text": "Kratom contains several pharmacologically active compounds.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Chemical fact; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "who_ecdd2021", "stance": "supports", "quote": null, "locator": null, "note": "''Several alkaloids have been detected''"}, {"citation": "kruegel2018", "stance": "supports", "quote": null, "locator": null, "note": "abstract"}, {"citation": "prozialeck2020", "stance": "supports", "quote": null, "locator": null, "note": "mitragynine measured in all eight products"}], "caveats": ["product-variability"], "relations": []}, "caveats": [{"code": "product-variability", "severity": "caution", "text": "Alkaloid content varies widely between products (mitragynine 3.9 to 62.1 mg/g in one sample of eight); leaf, extract and concentrated 7-hydroxymitragynine are not interchangeable."}, {"code": "not-gradable", "severity": "note", "text": "Not gradable: Chemical fact; no outcome to grade."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID, PMCID, issue."}]}','{"content_hash": "71fe6ea0c014749bfc05ef9067d23c4d297121225762daae55af7c2c5f1f67e9", "content": {"origin": "kratom-autoimmune", "key": "S05.1", "article": "kratom-autoimmune", "span": [703, 743], "sentence": [703, 900], "quote": "Kratom contains several active compounds", "text": "Kratom contains several pharmacologically active compounds.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Chemical fact; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "who_ecdd2021", "stance": "supports", "quote": null, "locator": null, "note": "''Several alkaloids have been detected''"}, {"citation": "kruegel2018", "stance": "supports", "quote": null, "locator": null, "note": "abstract"}, {"citation": "prozialeck2020", "stance": "supports", "quote": null, "locator": null, "note": "mitragynine measured in all eight products"}, {"citation": null, "stance": null, "quote": null, "locator": null, "note": "a trial in people"}], "caveats": ["product-variability"], "relations": []}, "caveats": [{"code": "product-variability", "severity": "caution", "text": "Alkaloid content varies widely between products (mitragynine 3.9 to 62.1 mg/g in one sample of eight); leaf, extract and concentrated 7-hydroxymitragynine are not interchangeable."}, {"code": "citation-needed", "severity": "caution", "text": "Citation needed. Wanted: a trial in people"}, {"code": "not-gradable", "severity": "note", "text": "Not gradable: Chemical fact; no outcome to grade."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID, PMCID, issue."}]}','wanted',NULL,'75b5fb315351dd8fdf66a41f551cde9725513b85dbf91b46d61e025f34935c73','5dc190f35226373f4c90c7e7ed264dd49ce7c0a8afb07075f6fcae12e1e5fd8d');
INSERT INTO "revision" VALUES(10,'2026-11-20 12:13:00.000000','A. First','attach-caveat','statement:2','{"content_hash": "71fe6ea0c014749bfc05ef9067d23c4d297121225762daae55af7c2c5f1f67e9", "content": {"origin": "kratom-autoimmune", "key": "S05.1", "article": "kratom-autoimmune", "span": [703, 743], "sentence": [703, 900], "quote": "Kratom contains several active compounds", "text": "Kratom contains several pharmacologically active compounds.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Chemical fact; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "who_ecdd2021", "stance": "supports", "quote": null, "locator": null, "note": "''Several alkaloids have been detected''"}, {"citation": "kruegel2018", "stance": "supports", "quote": null, "locator": null, "note": "abstract"}, {"citation": "prozialeck2020", "stance": "supports", "quote": null, "locator": null, "note": "mitragynine measured in all eight products"}, {"citation": null, "stance": null, "quote": null, "locator": null, "note": "a trial in people"}], "caveats": ["product-variability"], "relations": []}, "caveats": [{"code": "product-variability", "severity": "caution", "text": "Alkaloid content varies widely between products (mitragynine 3.9 to 62.1 mg/g in one sample of eight); leaf, extract and concentrated 7-hydroxymitragynine are not interchangeable."}, {"code": "citation-needed", "severity": "caution", "text": "Citation needed. Wanted: a trial in people"}, {"code": "not-gradable", "severity": "note", "text": "Not gradable: Chemical fact; no outcome to grade."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID, PMCID, issue."}]}','{"content_hash": "ea5e8cb136c358ae0450b2f8df434ec9e1ea16e116eef3d12a93ef1db392f0c2", "content": {"origin": "kratom-autoimmune", "key": "S05.1", "article": "kratom-autoimmune", "span": [703, 743], "sentence": [703, 900], "quote": "Kratom contains several active compounds", "text": "Kratom contains several pharmacologically active compounds.", "type": "background", "pico": {"population": null, "intervention": null, "comparator": null, "outcome": null}, "effect_size": null, "direct_evidence": "not-applicable", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["kratom"], "grade": {"scale": "grade", "level": "not-gradable", "direction": "not-stated", "rating": null, "rationale": "Chemical fact; no outcome to grade.", "profile": null, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "who_ecdd2021", "stance": "supports", "quote": null, "locator": null, "note": "''Several alkaloids have been detected''"}, {"citation": "kruegel2018", "stance": "supports", "quote": null, "locator": null, "note": "abstract"}, {"citation": "prozialeck2020", "stance": "supports", "quote": null, "locator": null, "note": "mitragynine measured in all eight products"}, {"citation": null, "stance": null, "quote": null, "locator": null, "note": "a trial in people"}], "caveats": ["preclinical-only", "product-variability"], "relations": []}, "caveats": [{"code": "preclinical-only", "severity": "caution", "text": "In vitro and animal data only; cell-line and rodent results do not establish an effect in people."}, {"code": "product-variability", "severity": "caution", "text": "Alkaloid content varies widely between products (mitragynine 3.9 to 62.1 mg/g in one sample of eight); leaf, extract and concentrated 7-hydroxymitragynine are not interchangeable."}, {"code": "citation-needed", "severity": "caution", "text": "Citation needed. Wanted: a trial in people"}, {"code": "not-gradable", "severity": "note", "text": "Not gradable: Chemical fact; no outcome to grade."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID, PMCID, issue."}]}','mice only',NULL,'5dc190f35226373f4c90c7e7ed264dd49ce7c0a8afb07075f6fcae12e1e5fd8d','3371d5e4479012556f3014e1befd6c75d3525f2a4575b220729184bff823274f');
INSERT INTO "revision" VALUES(11,'2026-11-20 12:14:00.000000','A. First','withdraw','statement:3','{"content_hash": "4f35355779a38fbd2155ba0056082b437771c37372a7ee3f7b54126d299b5f14", "content": {"origin": "kratom-autoimmune", "key": "S07.1", "article": "kratom-autoimmune", "span": [1070, 1109], "sentence": [1056, 1313], "quote": "the anti-inflammatory effects of kratom", "text": "Kratom has anti-inflammatory effects.", "type": "mechanism", "pico": {"population": "people who use kratom", "intervention": "kratom", "comparator": "none stated", "outcome": "inflammation"}, "effect_size": null, "direct_evidence": "indirect", "searched": {"on": null, "where": null}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["inflammation", "kratom"], "grade": {"scale": "grade", "level": "very-low", "direction": "mixed", "rating": null, "rationale": "The article presupposes an effect seen only in cells and rodents, and conflicting for crude extract.", "profile": {"start": "low", "start_reason": "Laboratory and animal studies only; no study in people.", "domains": [{"domain": "indirectness", "step": -2, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}, {"domain": "imprecision", "step": -1, "reason": ""}]}, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "mossadeq2009", "stance": "supports", "quote": null, "locator": null, "note": "rats, i.p. extract"}, {"citation": "marampa2022", "stance": "supports", "quote": null, "locator": null, "note": "mice"}, {"citation": null, "stance": "supports", "quote": null, "locator": null, "note": "To confirm: Utar 2011: mitragynine, cyclooxygenase and prostaglandin E2 in LPS-stimulated RAW 264.7 macrophages. RAW 264.7 cells"}, {"citation": "rahmawati2024pre", "stance": "qualifies", "quote": null, "locator": null, "note": "crude extract inactive; enriched extract cytotoxic above 25 ppm"}, {"citation": "hossain2023", "stance": "qualifies", "quote": null, "locator": null, "note": "review of preclinical work"}], "caveats": ["inconsistent", "preclinical-only"], "relations": []}, "caveats": [{"code": "dependence", "severity": "warning", "text": "Dependence, withdrawal and use disorder are reported in regular users."}, {"code": "liver", "severity": "warning", "text": "Liver injury with jaundice is documented in case series and case reports."}, {"code": "cyp", "severity": "warning", "text": "Drug interactions: CYP2D6 and CYP3A inhibition in vitro; in the one clinical study seen (2 g tea, 12 people) CYP3A exposure rose 1.39-fold and CYP2D6 was unchanged. Immunosuppressants that are CYP3A substrates were not studied there."}, {"code": "contamination", "severity": "warning", "text": "Contamination and adulteration: microbes and toxic metals in retail products, a 2018 Salmonella outbreak, and products with added or concentrated 7-hydroxymitragynine. Infection matters more to people taking immunosuppressants."}, {"code": "not-approved", "severity": "warning", "text": "Not approved by the FDA for any use (secondary sources); legal status varies by country and by US state."}, {"code": "very-low", "severity": "warning", "text": "Very low certainty: We have very little confidence in the effect estimate: the true effect is likely to be substantially different from it."}, {"code": "preclinical-only", "severity": "caution", "text": "In vitro and animal data only; cell-line and rodent results do not establish an effect in people."}, {"code": "inconsistent", "severity": "caution", "text": "Findings conflict: a crude kratom extract did not inhibit COX-2 or 5-LOX where an alkaloid-enriched extract did, and the enriched extract was toxic to the cells at higher concentration."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "citation-needed", "severity": "caution", "text": "Citation needed. To confirm: Utar 2011: mitragynine, cyclooxygenase and prostaglandin E2 in LPS-stimulated RAW 264.7 macrophages. RAW 264.7 cells"}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, page."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: author, PMID, PMCID."}]}','{"content_hash": "6f068e084d3a5c385fa2ea6d3220f2f0ff37cc1893a1e6cef7c2117f136f791b", "content": {"origin": "kratom-autoimmune", "key": "S07.1", "article": "kratom-autoimmune", "span": [1070, 1109], "sentence": [1056, 1313], "quote": "the anti-inflammatory effects of kratom", "text": "Kratom has anti-inflammatory effects.", "type": "mechanism", "pico": {"population": "people who use kratom", "intervention": "kratom", "comparator": "none stated", "outcome": "inflammation"}, "effect_size": null, "direct_evidence": "indirect", "searched": {"on": null, "where": null}, "remarks": [], "state": "withdrawn", "withdrawn_reason": "a double", "reviewed_on": null, "review_due": null, "topics": ["inflammation", "kratom"], "grade": {"scale": "grade", "level": "very-low", "direction": "mixed", "rating": null, "rationale": "The article presupposes an effect seen only in cells and rodents, and conflicting for crude extract.", "profile": {"start": "low", "start_reason": "Laboratory and animal studies only; no study in people.", "domains": [{"domain": "indirectness", "step": -2, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}, {"domain": "imprecision", "step": -1, "reason": ""}]}, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "mossadeq2009", "stance": "supports", "quote": null, "locator": null, "note": "rats, i.p. extract"}, {"citation": "marampa2022", "stance": "supports", "quote": null, "locator": null, "note": "mice"}, {"citation": null, "stance": "supports", "quote": null, "locator": null, "note": "To confirm: Utar 2011: mitragynine, cyclooxygenase and prostaglandin E2 in LPS-stimulated RAW 264.7 macrophages. RAW 264.7 cells"}, {"citation": "rahmawati2024pre", "stance": "qualifies", "quote": null, "locator": null, "note": "crude extract inactive; enriched extract cytotoxic above 25 ppm"}, {"citation": "hossain2023", "stance": "qualifies", "quote": null, "locator": null, "note": "review of preclinical work"}], "caveats": ["inconsistent", "preclinical-only"], "relations": []}, "caveats": [{"code": "dependence", "severity": "warning", "text": "Dependence, withdrawal and use disorder are reported in regular users."}, {"code": "liver", "severity": "warning", "text": "Liver injury with jaundice is documented in case series and case reports."}, {"code": "cyp", "severity": "warning", "text": "Drug interactions: CYP2D6 and CYP3A inhibition in vitro; in the one clinical study seen (2 g tea, 12 people) CYP3A exposure rose 1.39-fold and CYP2D6 was unchanged. Immunosuppressants that are CYP3A substrates were not studied there."}, {"code": "contamination", "severity": "warning", "text": "Contamination and adulteration: microbes and toxic metals in retail products, a 2018 Salmonella outbreak, and products with added or concentrated 7-hydroxymitragynine. Infection matters more to people taking immunosuppressants."}, {"code": "not-approved", "severity": "warning", "text": "Not approved by the FDA for any use (secondary sources); legal status varies by country and by US state."}, {"code": "withdrawn", "severity": "warning", "text": "Withdrawn: a double"}, {"code": "very-low", "severity": "warning", "text": "Very low certainty: We have very little confidence in the effect estimate: the true effect is likely to be substantially different from it."}, {"code": "preclinical-only", "severity": "caution", "text": "In vitro and animal data only; cell-line and rodent results do not establish an effect in people."}, {"code": "inconsistent", "severity": "caution", "text": "Findings conflict: a crude kratom extract did not inhibit COX-2 or 5-LOX where an alkaloid-enriched extract did, and the enriched extract was toxic to the cells at higher concentration."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "citation-needed", "severity": "caution", "text": "Citation needed. To confirm: Utar 2011: mitragynine, cyclooxygenase and prostaglandin E2 in LPS-stimulated RAW 264.7 macrophages. RAW 264.7 cells"}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: PMID."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, page."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: author, PMID, PMCID."}]}','a double',NULL,'3371d5e4479012556f3014e1befd6c75d3525f2a4575b220729184bff823274f','84291bfd7890c11c845712829e98b1876b53327b2b24acdccb9ceedef2c68cae');
INSERT INTO "revision" VALUES(12,'2026-11-23 09:00:00.000000','an admin','account','person:4',NULL,'{"content_hash": "287c2dec74643f742db75c104c493c5b18fac9938473493601caed7e420dac4f", "content": {"name": "A. Curator", "roles": ["admin", "curator"], "disabled": false, "password": "607d9a2710fc4f55c9747a9caa0edcb9557f6749ab5e458a5d9b8ab1ba87c777"}}','joins',NULL,'84291bfd7890c11c845712829e98b1876b53327b2b24acdccb9ceedef2c68cae','82f3aaa431800379eb8eef882e058861858850bc7a5a456024e04927c526eef0');
INSERT INTO "revision" VALUES(13,'2026-11-23 09:00:00.000000','an admin','token','token:1',NULL,'{"content_hash": "6df768fe02ec072eb402f37aa2f9438b0df53f064219b5f2803d04c0850d44a2", "content": {"person": 4, "label": "a script", "scopes": ["read", "curate"], "expires_on": "2027-01-01", "hash": "41011e7488a7501b4ed4a7af4d0af679ab54cd1c0b133658ac8c1cee975cf3ca", "revoked": false}}','for a script',NULL,'82f3aaa431800379eb8eef882e058861858850bc7a5a456024e04927c526eef0','b4664b56a738f9885425f649e62b1f77f64db222dd9f6bb66812f1fba767595b');
INSERT INTO "revision" VALUES(14,'2026-11-23 10:00:00.000000','A. Curator','waive','waiver:1',NULL,'{"content_hash": "92b3f18eeb5ff2829a767d2eb329c8de003c6c0d4373022111e74cb6190e0588", "content": {"rule": "G02", "statement": 2, "reason": "accepted until the trial reports", "expires_on": "2027-01-31", "actor": "A. Curator", "made_at": "2026-11-23T10:00:00+00:00", "ended_at": null}}','accepted until the trial reports',NULL,'b4664b56a738f9885425f649e62b1f77f64db222dd9f6bb66812f1fba767595b','29445d371279eaf8d1e021645d7da4d79a0bd9dc828f79edb255e2d195767824');
INSERT INTO "revision" VALUES(15,'2026-11-23 11:00:00.000000','A. Curator','relate','statement:5','{"content_hash": "7d1c07dab514ef554aa3f0f09d6107f22c15861ac06b0efcc44ef00a2ceea423", "content": {"origin": "kratom-autoimmune", "key": "S08.1", "article": "kratom-autoimmune", "span": [1327, 1413], "sentence": [1314, 1414], "quote": "kratom\u2019s potential to provide symptom relief extends beyond just pain and inflammation", "text": "Kratom may relieve symptoms of autoimmune conditions other than pain and inflammation.", "type": "efficacy", "pico": {"population": "people with autoimmune conditions", "intervention": "kratom", "comparator": "none stated", "outcome": "other symptoms"}, "effect_size": null, "direct_evidence": "none-found", "searched": {"on": "2026-11-22", "where": "public web pages and abstracts; trial registries not searched"}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["autoimmune disease", "inflammation", "kratom", "pain"], "grade": {"scale": "grade", "level": "very-low", "direction": "mixed", "rating": null, "rationale": "Rests on uncontrolled self-report in users at large; no study in autoimmune disease.", "profile": {"start": "low", "start_reason": "Low (observational).", "domains": [{"domain": "risk_of_bias", "step": -1, "reason": ""}, {"domain": "indirectness", "step": -1, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}]}, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "smith2024ema", "stance": "qualifies", "quote": null, "locator": null, "note": "self-reported mood and productivity"}, {"citation": "yang2024", "stance": "refutes", "quote": null, "locator": null, "note": "no association with positive mental-health indicators or quality of life"}], "caveats": ["indirect-population", "no-autoimmune-trial", "not-approved", "self-report"], "relations": []}, "caveats": [{"code": "dependence", "severity": "warning", "text": "Dependence, withdrawal and use disorder are reported in regular users."}, {"code": "liver", "severity": "warning", "text": "Liver injury with jaundice is documented in case series and case reports."}, {"code": "cyp", "severity": "warning", "text": "Drug interactions: CYP2D6 and CYP3A inhibition in vitro; in the one clinical study seen (2 g tea, 12 people) CYP3A exposure rose 1.39-fold and CYP2D6 was unchanged. Immunosuppressants that are CYP3A substrates were not studied there."}, {"code": "contamination", "severity": "warning", "text": "Contamination and adulteration: microbes and toxic metals in retail products, a 2018 Salmonella outbreak, and products with added or concentrated 7-hydroxymitragynine. Infection matters more to people taking immunosuppressants."}, {"code": "not-approved", "severity": "warning", "text": "Not approved by the FDA for any use (secondary sources); legal status varies by country and by US state."}, {"code": "very-low", "severity": "warning", "text": "Very low certainty: We have very little confidence in the effect estimate: the true effect is likely to be substantially different from it."}, {"code": "no-autoimmune-trial", "severity": "caution", "text": "No clinical trial of kratom in rheumatoid arthritis, lupus, multiple sclerosis or any other autoimmune disease was found."}, {"code": "indirect-population", "severity": "caution", "text": "Human evidence comes from healthy volunteers or self-selected kratom users, not from people with autoimmune disease."}, {"code": "self-report", "severity": "caution", "text": "Self-reported by self-selected users, without a comparator; satisfied users are over-represented."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, last page."}]}','{"content_hash": "949302f72a5e596d296f69ca93531a7e68bb306ab49d286a5dfa4f373c0a34da", "content": {"origin": "kratom-autoimmune", "key": "S08.1", "article": "kratom-autoimmune", "span": [1327, 1413], "sentence": [1314, 1414], "quote": "kratom\u2019s potential to provide symptom relief extends beyond just pain and inflammation", "text": "Kratom may relieve symptoms of autoimmune conditions other than pain and inflammation.", "type": "efficacy", "pico": {"population": "people with autoimmune conditions", "intervention": "kratom", "comparator": "none stated", "outcome": "other symptoms"}, "effect_size": null, "direct_evidence": "none-found", "searched": {"on": "2026-11-22", "where": "public web pages and abstracts; trial registries not searched"}, "remarks": [], "state": "published", "withdrawn_reason": null, "reviewed_on": null, "review_due": null, "topics": ["autoimmune disease", "inflammation", "kratom", "pain"], "grade": {"scale": "grade", "level": "very-low", "direction": "mixed", "rating": null, "rationale": "Rests on uncontrolled self-report in users at large; no study in autoimmune disease.", "profile": {"start": "low", "start_reason": "Low (observational).", "domains": [{"domain": "risk_of_bias", "step": -1, "reason": ""}, {"domain": "indirectness", "step": -1, "reason": ""}, {"domain": "inconsistency", "step": -1, "reason": ""}]}, "kind": "first", "rater": "seed rater (single reader, abstracts only)", "made_at": "2026-11-22T00:00:00+00:00"}, "other_grades": [], "slots": [{"citation": "smith2024ema", "stance": "qualifies", "quote": null, "locator": null, "note": "self-reported mood and productivity"}, {"citation": "yang2024", "stance": "refutes", "quote": null, "locator": null, "note": "no association with positive mental-health indicators or quality of life"}], "caveats": ["indirect-population", "no-autoimmune-trial", "not-approved", "self-report"], "relations": [["same-evidence", "kratom-autoimmune", "S07.3"]]}, "caveats": [{"code": "dependence", "severity": "warning", "text": "Dependence, withdrawal and use disorder are reported in regular users."}, {"code": "liver", "severity": "warning", "text": "Liver injury with jaundice is documented in case series and case reports."}, {"code": "cyp", "severity": "warning", "text": "Drug interactions: CYP2D6 and CYP3A inhibition in vitro; in the one clinical study seen (2 g tea, 12 people) CYP3A exposure rose 1.39-fold and CYP2D6 was unchanged. Immunosuppressants that are CYP3A substrates were not studied there."}, {"code": "contamination", "severity": "warning", "text": "Contamination and adulteration: microbes and toxic metals in retail products, a 2018 Salmonella outbreak, and products with added or concentrated 7-hydroxymitragynine. Infection matters more to people taking immunosuppressants."}, {"code": "not-approved", "severity": "warning", "text": "Not approved by the FDA for any use (secondary sources); legal status varies by country and by US state."}, {"code": "very-low", "severity": "warning", "text": "Very low certainty: We have very little confidence in the effect estimate: the true effect is likely to be substantially different from it."}, {"code": "no-autoimmune-trial", "severity": "caution", "text": "No clinical trial of kratom in rheumatoid arthritis, lupus, multiple sclerosis or any other autoimmune disease was found."}, {"code": "indirect-population", "severity": "caution", "text": "Human evidence comes from healthy volunteers or self-selected kratom users, not from people with autoimmune disease."}, {"code": "self-report", "severity": "caution", "text": "Self-reported by self-selected users, without a comparator; satisfied users are over-represented."}, {"code": "mixed", "severity": "caution", "text": "The evidence is mixed: it points both ways."}, {"code": "single-rater", "severity": "note", "text": "One rater only: nobody has checked this judgement independently."}, {"code": "citation-unchecked", "severity": "note", "text": "Not checked in this citation: DOI, PMID, last page."}]}','the same trial',NULL,'29445d371279eaf8d1e021645d7da4d79a0bd9dc828f79edb255e2d195767824','7b87c1bdabb77971f248ace3b8b75990beecf670c118286bbda4f835a57384f7');
CREATE TABLE search_miss (
	"query" VARCHAR(200) NOT NULL, 
	day DATE NOT NULL, 
	count BIGINT NOT NULL, 
	CONSTRAINT pk_search_miss PRIMARY KEY ("query", day)
);
INSERT INTO "search_miss" VALUES('star dust','2026-11-22',3);
CREATE TABLE signed_in (
	hash VARCHAR(64) NOT NULL, 
	person_id INTEGER NOT NULL, 
	began_at DATETIME NOT NULL, 
	seen_at DATETIME NOT NULL, 
	CONSTRAINT pk_signed_in PRIMARY KEY (hash), 
	CONSTRAINT fk_signed_in_person_id FOREIGN KEY(person_id) REFERENCES person (id)
);
CREATE TABLE statement (
	id INTEGER NOT NULL, 
	origin VARCHAR(100) NOT NULL, 
	"key" VARCHAR(200) NOT NULL, 
	article_id INTEGER, 
	start INTEGER, 
	"end" INTEGER, 
	sentence_start INTEGER, 
	sentence_end INTEGER, 
	quote TEXT, 
	text TEXT NOT NULL, 
	type VARCHAR(20) NOT NULL, 
	population TEXT, 
	intervention TEXT, 
	comparator TEXT, 
	outcome TEXT, 
	effect_size TEXT, 
	direct_evidence VARCHAR(20) NOT NULL, 
	searched_on DATE, 
	searched_where TEXT, 
	remarks JSON NOT NULL, 
	state VARCHAR(10) NOT NULL, 
	withdrawn_reason TEXT, 
	version INTEGER NOT NULL, 
	current_grade_id INTEGER, 
	content_hash VARCHAR(64) NOT NULL, 
	reviewed_on DATE, 
	review_due DATE, 
	batch_id INTEGER, question BIGINT, 
	CONSTRAINT pk_statement PRIMARY KEY (id), 
	CONSTRAINT ck_statement_direct_evidence_known CHECK (direct_evidence IN ('direct', 'indirect', 'none-found', 'not-assessed', 'not-applicable')), 
	CONSTRAINT ck_statement_state_known CHECK (state IN ('draft', 'published', 'withdrawn')), 
	CONSTRAINT ck_statement_type_known CHECK (type IN ('background', 'mechanism', 'efficacy', 'safety', 'regulatory', 'recommendation', 'appraisal')), 
	CONSTRAINT fk_statement_article_id FOREIGN KEY(article_id) REFERENCES article (id), 
	CONSTRAINT fk_statement_batch_id FOREIGN KEY(batch_id) REFERENCES batch (id), 
	CONSTRAINT uq_statement_origin UNIQUE (origin, "key")
);
INSERT INTO "statement" VALUES(1,'kratom-autoimmune','S01.1',1,0,25,0,177,'Kratom, an evergreen tree','Kratom (Mitragyna speciosa) is an evergreen tree.','background',NULL,NULL,NULL,NULL,NULL,'not-applicable',NULL,NULL,'[]','published',NULL,3,6,'e80e75623ac82cd12a4f39674128f76cfc6814bd6cf30ae95e5549cce7bc6c3a',NULL,NULL,4,NULL);
INSERT INTO "statement" VALUES(2,'kratom-autoimmune','S05.1',1,703,743,703,900,'Kratom contains several active compounds','Kratom contains several pharmacologically active compounds.','background',NULL,NULL,NULL,NULL,NULL,'not-applicable',NULL,NULL,'[]','published',NULL,3,2,'ea5e8cb136c358ae0450b2f8df434ec9e1ea16e116eef3d12a93ef1db392f0c2',NULL,NULL,4,NULL);
INSERT INTO "statement" VALUES(3,'kratom-autoimmune','S07.1',1,1070,1109,1056,1313,'the anti-inflammatory effects of kratom','Kratom has anti-inflammatory effects.','mechanism','people who use kratom','kratom','none stated','inflammation',NULL,'indirect',NULL,NULL,'[]','withdrawn','a double',2,3,'6f068e084d3a5c385fa2ea6d3220f2f0ff37cc1893a1e6cef7c2117f136f791b',NULL,NULL,4,-1257841786122102975);
INSERT INTO "statement" VALUES(4,'kratom-autoimmune','S07.3',1,1191,1237,1056,1313,'potentially leading to improved joint function','Kratom may improve joint function in rheumatoid arthritis.','efficacy','people with rheumatoid arthritis','kratom','none stated','joint function',NULL,'none-found','2026-11-22','public web pages and abstracts; trial registries not searched','[]','published',NULL,1,4,'66f91dcfa7865d555712c805b490d2a5a0fd998526f1163f402c98397a37e82a',NULL,NULL,4,3750588637082583298);
INSERT INTO "statement" VALUES(5,'kratom-autoimmune','S08.1',1,1327,1413,1314,1414,'kratom’s potential to provide symptom relief extends beyond just pain and inflammation','Kratom may relieve symptoms of autoimmune conditions other than pain and inflammation.','efficacy','people with autoimmune conditions','kratom','none stated','other symptoms',NULL,'none-found','2026-11-22','public web pages and abstracts; trial registries not searched','[]','published',NULL,2,5,'949302f72a5e596d296f69ca93531a7e68bb306ab49d286a5dfa4f373c0a34da',NULL,NULL,4,-3636432889391842190);
CREATE TABLE statement_caveat (
	statement_id INTEGER NOT NULL, 
	caveat_id INTEGER NOT NULL, 
	CONSTRAINT pk_statement_caveat PRIMARY KEY (statement_id, caveat_id), 
	CONSTRAINT fk_statement_caveat_caveat_id FOREIGN KEY(caveat_id) REFERENCES caveat (id), 
	CONSTRAINT fk_statement_caveat_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
INSERT INTO "statement_caveat" VALUES(2,13);
INSERT INTO "statement_caveat" VALUES(3,2);
INSERT INTO "statement_caveat" VALUES(3,6);
INSERT INTO "statement_caveat" VALUES(4,1);
INSERT INTO "statement_caveat" VALUES(4,15);
INSERT INTO "statement_caveat" VALUES(4,17);
INSERT INTO "statement_caveat" VALUES(5,1);
INSERT INTO "statement_caveat" VALUES(5,15);
INSERT INTO "statement_caveat" VALUES(5,5);
INSERT INTO "statement_caveat" VALUES(5,3);
INSERT INTO "statement_caveat" VALUES(2,2);
CREATE TABLE statement_topic (
	statement_id INTEGER NOT NULL, 
	topic_id INTEGER NOT NULL, 
	CONSTRAINT pk_statement_topic PRIMARY KEY (statement_id, topic_id), 
	CONSTRAINT fk_statement_topic_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id), 
	CONSTRAINT fk_statement_topic_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id)
);
INSERT INTO "statement_topic" VALUES(1,1);
INSERT INTO "statement_topic" VALUES(2,1);
INSERT INTO "statement_topic" VALUES(3,1);
INSERT INTO "statement_topic" VALUES(3,3);
INSERT INTO "statement_topic" VALUES(4,4);
INSERT INTO "statement_topic" VALUES(4,1);
INSERT INTO "statement_topic" VALUES(4,5);
INSERT INTO "statement_topic" VALUES(4,6);
INSERT INTO "statement_topic" VALUES(5,4);
INSERT INTO "statement_topic" VALUES(5,1);
INSERT INTO "statement_topic" VALUES(5,7);
INSERT INTO "statement_topic" VALUES(5,3);
CREATE TABLE token (
	id INTEGER NOT NULL, 
	person_id INTEGER NOT NULL, 
	label VARCHAR(200) NOT NULL, 
	hash VARCHAR(64) NOT NULL, 
	scopes JSON NOT NULL, 
	made_at DATETIME NOT NULL, 
	expires_on DATE NOT NULL, 
	revoked_at DATETIME, 
	used_on DATE, 
	CONSTRAINT pk_token PRIMARY KEY (id), 
	CONSTRAINT fk_token_person_id FOREIGN KEY(person_id) REFERENCES person (id), 
	CONSTRAINT uq_token_hash UNIQUE (hash)
);
INSERT INTO "token" VALUES(1,4,'a script','41011e7488a7501b4ed4a7af4d0af679ab54cd1c0b133658ac8c1cee975cf3ca','["read", "curate"]','2026-11-23 09:00:00.000000','2027-01-01',NULL,NULL);
CREATE TABLE topic (
	id INTEGER NOT NULL, 
	name VARCHAR(200) NOT NULL, 
	CONSTRAINT pk_topic PRIMARY KEY (id), 
	CONSTRAINT uq_topic_name UNIQUE (name)
);
INSERT INTO "topic" VALUES(1,'kratom');
INSERT INTO "topic" VALUES(2,'legal status');
INSERT INTO "topic" VALUES(3,'inflammation');
INSERT INTO "topic" VALUES(4,'autoimmune disease');
INSERT INTO "topic" VALUES(5,'rheumatoid arthritis');
INSERT INTO "topic" VALUES(6,'joint function');
INSERT INTO "topic" VALUES(7,'pain');
CREATE TABLE topic_caveat (
	topic_id INTEGER NOT NULL, 
	caveat_id INTEGER NOT NULL, 
	type VARCHAR(20) NOT NULL, 
	CONSTRAINT pk_topic_caveat PRIMARY KEY (topic_id, caveat_id, type), 
	CONSTRAINT ck_topic_caveat_type_known CHECK (type IN ('background', 'mechanism', 'efficacy', 'safety', 'regulatory', 'recommendation', 'appraisal', '*')), 
	CONSTRAINT fk_topic_caveat_caveat_id FOREIGN KEY(caveat_id) REFERENCES caveat (id), 
	CONSTRAINT fk_topic_caveat_topic_id FOREIGN KEY(topic_id) REFERENCES topic (id)
);
INSERT INTO "topic_caveat" VALUES(1,12,'efficacy');
INSERT INTO "topic_caveat" VALUES(1,12,'mechanism');
INSERT INTO "topic_caveat" VALUES(1,11,'efficacy');
INSERT INTO "topic_caveat" VALUES(1,11,'mechanism');
INSERT INTO "topic_caveat" VALUES(1,9,'efficacy');
INSERT INTO "topic_caveat" VALUES(1,9,'mechanism');
INSERT INTO "topic_caveat" VALUES(1,10,'efficacy');
INSERT INTO "topic_caveat" VALUES(1,10,'mechanism');
INSERT INTO "topic_caveat" VALUES(1,15,'efficacy');
INSERT INTO "topic_caveat" VALUES(1,15,'mechanism');
INSERT INTO "topic_caveat" VALUES(2,16,'*');
CREATE TABLE waiver (
	id INTEGER NOT NULL, 
	rule VARCHAR(3) NOT NULL, 
	statement_id INTEGER NOT NULL, 
	reason TEXT NOT NULL, 
	expires_on DATE NOT NULL, 
	actor VARCHAR(200) NOT NULL, 
	made_at DATETIME NOT NULL, 
	ended_at DATETIME, 
	CONSTRAINT pk_waiver PRIMARY KEY (id), 
	CONSTRAINT fk_waiver_statement_id FOREIGN KEY(statement_id) REFERENCES statement (id)
);
INSERT INTO "waiver" VALUES(1,'G02',2,'accepted until the trial reports','2027-01-31','A. Curator','2026-11-23 10:00:00.000000',NULL);
CREATE INDEX ix_batch_sha256 ON batch (sha256);
CREATE INDEX ix_article_batch_id ON article (batch_id);
CREATE INDEX ix_caveat_batch_id ON caveat (batch_id);
CREATE INDEX ix_citation_batch_id ON citation (batch_id);
CREATE INDEX ix_citation_doi ON citation (doi);
CREATE INDEX ix_citation_pmcid ON citation (pmcid);
CREATE INDEX ix_citation_pmid ON citation (pmid);
CREATE INDEX ix_revision_batch_id ON revision (batch_id);
CREATE INDEX ix_revision_subject_seq ON revision (subject, seq);
CREATE INDEX ix_article_caveat_caveat_id ON article_caveat (caveat_id);
CREATE INDEX ix_caveat_citation_citation_id ON caveat_citation (citation_id);
CREATE INDEX ix_statement_article_id ON statement (article_id);
CREATE INDEX ix_statement_batch_id ON statement (batch_id);
CREATE INDEX ix_topic_caveat_caveat_id ON topic_caveat (caveat_id);
CREATE INDEX ix_citation_slot_citation_id ON citation_slot (citation_id);
CREATE INDEX ix_grade_statement_id ON grade (statement_id);
CREATE INDEX ix_relation_other_id ON relation (other_id);
CREATE INDEX ix_statement_caveat_caveat_id ON statement_caveat (caveat_id);
CREATE INDEX ix_statement_topic_topic_id ON statement_topic (topic_id);
CREATE INDEX ix_signed_in_person_id ON signed_in (person_id);
CREATE INDEX ix_attempt_at ON attempt (at);
CREATE INDEX ix_attempt_account ON attempt (account);
CREATE INDEX ix_attempt_address ON attempt (address);
CREATE INDEX ix_token_person_id ON token (person_id);
CREATE INDEX ix_revision_actor_seq ON revision (actor, seq);
CREATE INDEX ix_waiver_statement_id ON waiver (statement_id);
CREATE TRIGGER grade_is_kept_on_update BEFORE UPDATE ON grade BEGIN SELECT RAISE(ABORT, 'a grade is never changed or deleted, only superseded'); END;
CREATE TRIGGER grade_is_kept_on_delete BEFORE DELETE ON grade BEGIN SELECT RAISE(ABORT, 'a grade is never changed or deleted, only superseded'); END;
CREATE TRIGGER revision_is_kept_on_update BEFORE UPDATE ON revision BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END;
CREATE TRIGGER revision_is_kept_on_delete BEFORE DELETE ON revision BEGIN SELECT RAISE(ABORT, 'the history is only added to'); END;
CREATE INDEX ix_statement_question ON statement (question);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('change',8);
COMMIT;
