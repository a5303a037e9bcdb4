insert into account (name, password) values
  ('haru', 'pbkdf2-sha256$100000$5a6d1c0f3b7e4a9280d1c2b3a4958677$b076b9346f7e6355f52bbdeb3bb9dd7eaecfde533dadb0af7c44f3b025f17539');

insert into employee (number, name, english_name, team, position, email, phone, office) values
  ('E1001', '한지우', 'Han Jiwoo', '플랫폼', '팀장', 'jiwoo.han@staff.example', '010-0000-1001', '서울 3층'),
  ('E1002', '김서연', 'Kim Seoyeon', '플랫폼', '책임', 'seoyeon.kim@staff.example', '010-0000-1002', '서울 4층'),
  ('E1003', '이도윤', 'Lee Doyun', '플랫폼', '선임', 'doyun.lee@staff.example', '010-0000-1003', '판교 2층'),
  ('E1004', '박하은', 'Park Haeun', '디자인', '책임', 'haeun.park@staff.example', '010-0000-1004', '부산 1층'),
  ('E1005', '최민준', 'Choi Minjun', '디자인', '선임', 'minjun.choi@staff.example', '010-0000-1005', '서울 3층'),
  ('E1006', '정수아', 'Jung Sua', '제품', '팀장', 'sua.jung@staff.example', '010-0000-1006', '서울 4층'),
  ('E1007', '강예준', 'Kang Yejun', '제품', '책임', 'yejun.kang@staff.example', '010-0000-1007', '판교 2층'),
  ('E1008', '조지아', 'Cho Jia', '제품', '선임', 'jia.cho@staff.example', '010-0000-1008', '부산 1층'),
  ('E1009', '윤시우', 'Yoon Siwoo', '데이터', '팀장', 'siwoo.yoon@staff.example', '010-0000-1009', '서울 3층'),
  ('E1010', '장서윤', 'Jang Seoyun', '데이터', '책임', 'seoyun.jang@staff.example', '010-0000-1010', '서울 4층'),
  ('E1011', '임주원', 'Lim Juwon', '데이터', '선임', 'juwon.lim@staff.example', '010-0000-1011', '판교 2층'),
  ('E1012', '오하린', 'Oh Harin', '인사', '팀장', 'harin.oh@staff.example', '010-0000-1012', '부산 1층'),
  ('E1013', '서준서', 'Seo Junseo', '인사', '책임', 'junseo.seo@staff.example', '010-0000-1013', '서울 3층'),
  ('E1014', '신유나', 'Shin Yuna', '재무', '팀장', 'yuna.shin@staff.example', '010-0000-1014', '서울 4층'),
  ('E1015', '권건우', 'Kwon Gunwoo', '재무', '선임', 'gunwoo.kwon@staff.example', '010-0000-1015', '판교 2층'),
  ('E1016', '황채원', 'Hwang Chaewon', '영업', '팀장', 'chaewon.hwang@staff.example', '010-0000-1016', '부산 1층'),
  ('E1017', '안우진', 'Ahn Woojin', '영업', '책임', 'woojin.ahn@staff.example', '010-0000-1017', '서울 3층'),
  ('E1018', '송다은', 'Song Daeun', '영업', '선임', 'daeun.song@staff.example', '010-0000-1018', '서울 4층'),
  ('E1019', '류선우', 'Ryu Seonwoo', '품질', '팀장', 'seonwoo.ryu@staff.example', '010-0000-1019', '판교 2층'),
  ('E1020', '홍지안', 'Hong Jian', '품질', '책임', 'jian.hong@staff.example', '010-0000-1020', '부산 1층'),
  ('E1021', '전은서', 'Jeon Eunseo', '품질', '선임', 'eunseo.jeon@staff.example', '010-0000-1021', '서울 3층'),
  ('E1022', '고현우', 'Ko Hyunwoo', '법무', '책임', 'hyunwoo.ko@staff.example', '010-0000-1022', '서울 4층'),
  ('E1023', '문소율', 'Moon Soyul', '법무', '선임', 'soyul.moon@staff.example', '010-0000-1023', '판교 2층'),
  ('E1024', '배태윤', 'Bae Taeyun', '총무', '책임', 'taeyun.bae@staff.example', '010-0000-1024', '부산 1층');
