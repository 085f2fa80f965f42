-- SPDX-License-Identifier: Apache-2.0
-- The rules of w1_core.hpp in PL/pgSQL. tx is a bigint and member an int: the cheapest keys that PostgreSQL
-- has, in its favour.
DROP TABLE IF EXISTS member, lot, journal, partner CASCADE;
CREATE TABLE member (id int PRIMARY KEY, nq bigint NOT NULL, q bigint NOT NULL, tier smallint NOT NULL,
  p1 int NOT NULL, p2 int NOT NULL, p3 int NOT NULL) WITH (fillfactor = 50);
CREATE TABLE lot (member int NOT NULL, id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1000), expiry int NOT NULL,
  remaining int NOT NULL, PRIMARY KEY (member, id)) WITH (fillfactor = 90);
CREATE TABLE partner (id int PRIMARY KEY, liability bigint NOT NULL) WITH (fillfactor = 10);
CREATE TABLE journal (tx bigint PRIMARY KEY, at timestamptz NOT NULL DEFAULT now(), kind smallint NOT NULL, member int NOT NULL,
  amount int, partner int, day int, points bigint, reward bigint, nq bigint, q bigint, tier smallint);
INSERT INTO member SELECT i, 100, 0, 0, 0, 0, 0 FROM generate_series(0, 99999) i;
INSERT INTO lot (member, expiry, remaining) SELECT i, 20365, 100 FROM generate_series(0, 99999) i;
INSERT INTO partner SELECT i, 0 FROM generate_series(0, 49) i;

-- upd_partner = false: the liability is only derived from the journal (no hot row) - a tuned user's variant
CREATE OR REPLACE FUNCTION purchase(a_tx bigint, a_member int, a_amount int, a_partner int, a_day int, upd_partner bool,
  OUT points bigint, OUT nq bigint, OUT q bigint, OUT tier int) LANGUAGE plpgsql AS $$
DECLARE m member%ROWTYPE; base bigint; pts bigint; rew bigint := 0;
BEGIN
  SELECT * INTO m FROM member WHERE id = a_member FOR UPDATE;
  IF NOT FOUND THEN points := -2; RETURN; END IF;
  base := a_amount / 100;
  pts := base * (CASE m.tier WHEN 0 THEN 100 WHEN 1 THEN 125 WHEN 2 THEN 150 ELSE 200 END) / 100;
  m.p1 := m.p1 + a_amount; rew := rew + (m.p1 / 50000) * 100; m.p1 := m.p1 % 50000;
  m.p2 := m.p2 + 1; rew := rew + (m.p2 / 10) * 50; m.p2 := m.p2 % 10;
  IF a_partner < 10 THEN m.p3 := m.p3 + a_amount; rew := rew + (m.p3 / 20000) * 80; m.p3 := m.p3 % 20000; END IF;
  m.nq := m.nq + pts + rew; m.q := m.q + base;
  m.tier := greatest(m.tier, CASE WHEN m.q >= 200000 THEN 3 WHEN m.q >= 50000 THEN 2 WHEN m.q >= 10000 THEN 1 ELSE 0 END);
  INSERT INTO journal VALUES (a_tx, DEFAULT, 0, a_member, a_amount, a_partner, a_day, pts, rew, m.nq, m.q, m.tier)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN points := -1; RETURN; END IF;
  UPDATE member SET nq = m.nq, q = m.q, tier = m.tier, p1 = m.p1, p2 = m.p2, p3 = m.p3 WHERE id = a_member;
  INSERT INTO lot (member, expiry, remaining) VALUES (a_member, a_day + 365, pts + rew);
  IF upd_partner THEN UPDATE partner SET liability = liability + pts + rew WHERE id = a_partner; END IF;
  points := pts + rew; nq := m.nq; q := m.q; tier := m.tier;
END $$;

CREATE OR REPLACE FUNCTION redeem(a_tx bigint, a_member int, a_want int, a_day int,
  OUT points bigint, OUT nq bigint) LANGUAGE plpgsql AS $$
DECLARE m_nq bigint; left_ int := a_want; l record;
BEGIN
  SELECT member.nq INTO m_nq FROM member WHERE id = a_member FOR UPDATE;
  IF NOT FOUND THEN points := -2; RETURN; END IF;
  IF m_nq < a_want THEN points := -3; nq := m_nq; RETURN; END IF;
  INSERT INTO journal VALUES (a_tx, DEFAULT, 1, a_member, NULL, NULL, a_day, -a_want, 0, m_nq - a_want, NULL, NULL)
    ON CONFLICT DO NOTHING;
  IF NOT FOUND THEN points := -1; RETURN; END IF;
  FOR l IN SELECT id, remaining FROM lot WHERE member = a_member AND expiry >= a_day ORDER BY id LOOP
    IF l.remaining > left_ THEN
      UPDATE lot SET remaining = remaining - left_ WHERE member = a_member AND id = l.id; left_ := 0;
    ELSE
      DELETE FROM lot WHERE member = a_member AND id = l.id; left_ := left_ - l.remaining;
    END IF;
    EXIT WHEN left_ = 0;
  END LOOP;
  UPDATE member SET nq = member.nq - a_want WHERE id = a_member;
  points := -a_want; nq := m_nq - a_want;
END $$;
VACUUM ANALYZE;
