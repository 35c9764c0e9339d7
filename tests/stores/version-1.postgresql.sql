CREATE TABLE public.arrival (
    id integer NOT NULL,
    file_id integer NOT NULL,
    name character varying NOT NULL,
    received_on date NOT NULL
);
CREATE SEQUENCE public.arrival_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.arrival_id_seq OWNED BY public.arrival.id;
CREATE TABLE public.decision (
    id integer NOT NULL,
    filing_id integer NOT NULL,
    action character varying NOT NULL,
    reason text NOT NULL,
    made_at timestamp with time zone NOT NULL,
    made_by character varying NOT NULL
);
CREATE SEQUENCE public.decision_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.decision_id_seq OWNED BY public.decision.id;
CREATE TABLE public.file (
    id integer NOT NULL,
    sha256 character varying(64) NOT NULL,
    size integer NOT NULL,
    status character varying NOT NULL,
    returns json NOT NULL,
    problems json NOT NULL,
    made_by character varying NOT NULL
);
CREATE SEQUENCE public.file_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.file_id_seq OWNED BY public.file.id;
CREATE TABLE public.filing (
    id integer NOT NULL,
    file_id integer NOT NULL,
    return_no integer NOT NULL,
    unit character varying NOT NULL,
    agency character varying NOT NULL,
    outlet character varying NOT NULL,
    form character varying NOT NULL,
    period_from date,
    period_to date,
    kind character varying NOT NULL,
    year integer,
    revision integer NOT NULL,
    prepared_on date,
    nil boolean NOT NULL,
    status character varying NOT NULL,
    "none" boolean NOT NULL,
    refused_parts json NOT NULL,
    refused_days json NOT NULL,
    refused_undated boolean NOT NULL,
    content character varying NOT NULL,
    figures integer NOT NULL
);
CREATE SEQUENCE public.filing_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.filing_id_seq OWNED BY public.filing.id;
CREATE TABLE public.record (
    id integer NOT NULL,
    filing_id integer NOT NULL,
    sheet character varying NOT NULL,
    "row" integer NOT NULL,
    answers text NOT NULL,
    origins text NOT NULL
);
CREATE SEQUENCE public.record_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.record_id_seq OWNED BY public.record.id;
CREATE TABLE public.store (
    version integer NOT NULL,
    made_by character varying NOT NULL
);
CREATE SEQUENCE public.store_version_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.store_version_seq OWNED BY public.store.version;
ALTER TABLE ONLY public.arrival ALTER COLUMN id SET DEFAULT nextval('public.arrival_id_seq'::regclass);
ALTER TABLE ONLY public.decision ALTER COLUMN id SET DEFAULT nextval('public.decision_id_seq'::regclass);
ALTER TABLE ONLY public.file ALTER COLUMN id SET DEFAULT nextval('public.file_id_seq'::regclass);
ALTER TABLE ONLY public.filing ALTER COLUMN id SET DEFAULT nextval('public.filing_id_seq'::regclass);
ALTER TABLE ONLY public.record ALTER COLUMN id SET DEFAULT nextval('public.record_id_seq'::regclass);
ALTER TABLE ONLY public.store ALTER COLUMN version SET DEFAULT nextval('public.store_version_seq'::regclass);
INSERT INTO public.arrival VALUES (1, 1, 'sent/00.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (2, 2, 'sent/01.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (3, 3, 'sent/02.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (4, 4, 'sent/03.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (5, 5, 'sent/04.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (6, 6, 'sent/05.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (7, 7, 'sent/06.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (8, 8, 'sent/07.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (9, 9, 'sent/08.xlsx', '2018-11-20');
INSERT INTO public.arrival VALUES (10, 10, 'sent/09.xlsx', '2018-11-20');
INSERT INTO public.decision VALUES (1, 4, 'replace', 'Phường xác nhận', '2026-11-21 21:37:41.344985+00', 'root');
INSERT INTO public.file VALUES (1, 'c18c2b8484e9e7d731d94163d21cd797ebce2dfa2ba84d22c798ee86ea03466f', 6362, 'accepted', '[{"unit": "00271", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (2, 'a235463aeb07deb64227deddd5e4b5fffdcfd1aaccbca7c902bce2ecc80c602f', 6361, 'accepted', '[{"unit": "00271", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 2, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (3, '3000e067d0321bd46befbcd2eb06788199d75b34acccbe8bdc96e1c60435fa39', 6362, 'accepted', '[{"unit": "00262", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (4, 'b7feee520e78c1dcc92634ec88a98431c7476a3c8209ea2c56a78d0173b053e8', 6362, 'accepted', '[{"unit": "00262", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (5, '7504478aa1bc7aeb5d917983c4a9ded275f758a258dbb5a4a2c6d7225eab122d', 6365, 'accepted', '[{"unit": "00259", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (6, '768581f5ca14c94d7bd33811650188fa67238dc8f4d7173240cf8f06830185ae', 6366, 'accepted', '[{"unit": "00259", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (7, '6ca754fba468d084459bc63a020db4ac0bf115b5b55b76c41b8c5e310c0a6c83', 6363, 'rejected', '[{"unit": "99999", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01"], "status": "rejected"}]', '[{"code": "unknown_unit", "form": "", "sheet": "TTC", "cell": "", "field": "", "found": "99999", "facts": {"nearest": ""}, "severity": "error", "scope": "return"}]', '0.1.0');
INSERT INTO public.file VALUES (8, 'ef600f3754511d3f5e8a92ff952ea66c522c87394d76877d2a0ac5a586217995', 7957, 'accepted', '[{"unit": "00265", "agency": "UBND", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B01", "B02", "B04"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (9, 'b26162666dc0f4993fe9530476edf518081d5d25270504bb6905b5ec276857ee', 6311, 'accepted', '[{"unit": "01", "agency": "TTTT", "outlet": "", "period_from": "2018-01-01", "period_to": "2018-12-31", "revision": 1, "forms": ["B00"], "status": "accepted"}]', '[]', '0.1.0');
INSERT INTO public.file VALUES (10, 'e18bdbd410666c7003afeeef31a2b7318a19a53d22b0993d3af152c367773909', 7133, 'quarantined', '[{"unit": "007", "agency": "UBND", "outlet": "", "period_from": "2021-01-01", "period_to": "2021-12-31", "revision": 1, "forms": ["B05"], "status": "quarantined"}]', '[{"code": "personal_data", "form": "", "sheet": "B05", "cell": "", "field": "", "found": "", "facts": {"where": "B05!L1", "rule": "header"}, "severity": "error", "scope": "file"}]', '0.1.0');
INSERT INTO public.filing VALUES (1, 1, 0, '00271', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, 'a0644cc7aa2e07ca9e2769db204ca28e5b643df7f4bd0ac51021ad4cd42ca475', 6);
INSERT INTO public.filing VALUES (2, 2, 0, '00271', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 2, NULL, false, 'accepted', false, '[]', '[]', false, 'f0972fdd03f326d2aa8cfcbe72893c7eabdf58412a79a2ecb17f7f7865ab8b06', 6);
INSERT INTO public.filing VALUES (3, 3, 0, '00262', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '9bfc13374b78dc4b94967aa92f16ca9213980595a3d31c61f2d454378d925dea', 6);
INSERT INTO public.filing VALUES (4, 4, 0, '00262', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, 'aeffda983f91da07c282b81dac740550185f184764ecefdf673621348fc2a2f9', 6);
INSERT INTO public.filing VALUES (5, 5, 0, '00259', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '24c88ed0cb26996039436f9021440b61ccc569603130c6ced561a3da0850179e', 6);
INSERT INTO public.filing VALUES (6, 6, 0, '00259', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '00ba96f471e2101d4b73b80ac288933b32ec74bcff754786f459e9c63678ee79', 6);
INSERT INTO public.filing VALUES (7, 7, 0, '99999', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'rejected', false, '[]', '[]', false, 'a0644cc7aa2e07ca9e2769db204ca28e5b643df7f4bd0ac51021ad4cd42ca475', 6);
INSERT INTO public.filing VALUES (8, 8, 0, '00265', 'UBND', '', 'B01', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '7481fbb01bce22b40cd0c635abea001e9c53f5538edfb4565d9a7bc9303f2772', 6);
INSERT INTO public.filing VALUES (9, 8, 0, '00265', 'UBND', '', 'B02', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '3d900bd6125d0a86197f1da522fd2e14a024f89ea4525802a9b740c61fa74519', 1);
INSERT INTO public.filing VALUES (10, 8, 0, '00265', 'UBND', '', 'B04', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '040d4954163c7a71e76e904311acc02d109d3820b4eaa5a4d554aec93a4a52e5', 2);
INSERT INTO public.filing VALUES (11, 9, 0, '01', 'TTTT', '', 'B00', '2018-01-01', '2018-12-31', 'năm', 2018, 1, NULL, false, 'accepted', false, '[]', '[]', false, '39d92177bb0503b3a74b84f0ae42c1ea391e4814676bdcf549d0e898753da232', 6);
INSERT INTO public.filing VALUES (12, 10, 0, '007', 'UBND', '', 'B05', '2021-01-01', '2021-12-31', 'năm', 2021, 1, NULL, false, 'quarantined', false, '[]', '[]', false, '', 0);
INSERT INTO public.record VALUES (1, 1, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":9000,"population_14_60":6000,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","9000"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (2, 2, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":9000,"population_14_60":6000,"reached_14_60":4100,"reached_under_14":900,"reached_over_60":100,"reached_total":5100,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","9000"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4100"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5100"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (3, 3, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":9000,"population_14_60":5900,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","9000"],"population_14_60":["D7","5900"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (4, 4, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":9000,"population_14_60":5800,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","9000"],"population_14_60":["D7","5800"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (5, 5, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":8000,"population_14_60":6000,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","8000"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (6, 6, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":8100,"population_14_60":6000,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","8100"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (7, 7, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":9000,"population_14_60":6000,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","9000"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (8, 8, 'B01', 1, '{"policy_received":true,"policy_deployed":true,"behaviour_received":true,"behaviour_deployed":true,"population":8900,"population_14_60":6000,"reached_14_60":4000,"reached_under_14":900,"reached_over_60":100,"reached_total":5000,"reach_method":"A"}', '{"policy_received":["D2","có"],"policy_deployed":["D3","có"],"behaviour_received":["D4","có"],"behaviour_deployed":["D5","có"],"population":["D6","8900"],"population_14_60":["D7","6000"],"reached_14_60":["D8","4000"],"reached_under_14":["D9","900"],"reached_over_60":["D10","100"],"reached_total":["D11","5000"],"reach_method":["D12","A"]}');
INSERT INTO public.record VALUES (9, 9, 'B02', 2, '{"model_name":"Câu lạc bộ chuyên sâu","kind":"chuyên sâu","established_on":"2018-03-01","status":"đang hoạt động","sessions":1}', '{"model_name":["B2","Câu lạc bộ chuyên sâu"],"kind":["C2","chuyên sâu"],"established_on":["G2","01/03/2018"],"status":["H2","đang hoạt động"],"sessions":["J2","1"]}');
INSERT INTO public.record VALUES (10, 10, 'B04', 2, '{"from_date":"2018-03-05","activity":"nói chuyện chuyên đề","setting":"địa bàn dân cư","sessions":1,"attendances":40,"joint_code":"HDC-1"}', '{"from_date":["A2","05/03/2018"],"activity":["C2","nói chuyện chuyên đề"],"setting":["D2","địa bàn dân cư"],"sessions":["G2","1"],"attendances":["H2","40"],"joint_code":["X2","HDC-1"]}');
INSERT INTO public.record VALUES (11, 11, 'B00', 2, '{"commune":"00271","hotspot":true,"population":9000,"population_14_60":6000,"counted_on":"2017-12-31"}', '{"commune":["A2","00271"],"hotspot":["C2","có"],"population":["H2","9000"],"population_14_60":["J2","6000"],"counted_on":["N2","31/12/2017"]}');
INSERT INTO public.record VALUES (12, 11, 'B00', 3, '{"commune":"00262","hotspot":true,"population":9000,"population_14_60":6000,"counted_on":"2017-12-31"}', '{"commune":["A3","00262"],"hotspot":["C3","có"],"population":["H3","9000"],"population_14_60":["J3","6000"],"counted_on":["N3","31/12/2017"]}');
INSERT INTO public.record VALUES (13, 11, 'B00', 4, '{"commune":"00265","hotspot":true,"population":9000,"population_14_60":6000,"counted_on":"2017-12-31"}', '{"commune":["A4","00265"],"hotspot":["C4","có"],"population":["H4","9000"],"population_14_60":["J4","6000"],"counted_on":["N4","31/12/2017"]}');
INSERT INTO public.store VALUES (1, '0.1.0');
SELECT pg_catalog.setval('public.arrival_id_seq', 10, true);
SELECT pg_catalog.setval('public.decision_id_seq', 1, true);
SELECT pg_catalog.setval('public.file_id_seq', 10, true);
SELECT pg_catalog.setval('public.filing_id_seq', 12, true);
SELECT pg_catalog.setval('public.record_id_seq', 13, true);
SELECT pg_catalog.setval('public.store_version_seq', 1, false);
ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT arrival_file_id_name_received_on_key UNIQUE (file_id, name, received_on);
ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT arrival_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.file
    ADD CONSTRAINT file_sha256_key UNIQUE (sha256);
ALTER TABLE ONLY public.filing
    ADD CONSTRAINT filing_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.store
    ADD CONSTRAINT store_pkey PRIMARY KEY (version);
CREATE INDEX decision_by_filing ON public.decision USING btree (filing_id);
CREATE INDEX filing_by_content ON public.filing USING btree (form, content);
CREATE INDEX filing_by_file ON public.filing USING btree (file_id);
CREATE INDEX filing_by_key ON public.filing USING btree (form, unit, agency, outlet, period_from, period_to, revision);
CREATE INDEX record_by_filing ON public.record USING btree (filing_id);
ALTER TABLE ONLY public.arrival
    ADD CONSTRAINT arrival_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.file(id);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_filing_id_fkey FOREIGN KEY (filing_id) REFERENCES public.filing(id);
ALTER TABLE ONLY public.filing
    ADD CONSTRAINT filing_file_id_fkey FOREIGN KEY (file_id) REFERENCES public.file(id);
ALTER TABLE ONLY public.record
    ADD CONSTRAINT record_filing_id_fkey FOREIGN KEY (filing_id) REFERENCES public.filing(id);
